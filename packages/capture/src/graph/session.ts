import type { NativeBinding, NativeResult } from '@trainkit/kernels/node';
import { type GraphNode, savedModel } from './graph-def.js';

const TAG = 'serve';

/** A graph that TensorFlow has loaded. */
export class Session {
  readonly #binding: NativeBinding;
  #id: number | null;

  /** @throws where TensorFlow refuses the graph */
  constructor(binding: NativeBinding, nodes: readonly GraphNode[]) {
    this.#binding = binding;
    this.#id = load(binding, savedModel(nodes, TAG));
  }

  /** Feeds tensors by name, and returns what is fetched, in order. */
  run(feeds: readonly number[], feedNames: string, fetchNames: string): NativeResult[] {
    if (this.#id === null) throw new Error('capture: this graph is disposed.');
    return this.#binding.runSavedModel(this.#id, feeds, feedNames, fetchNames);
  }

  dispose(): void {
    if (this.#id !== null) this.#binding.deleteSavedModel(this.#id);
    this.#id = null;
  }
}

/** The binding's only door to graphs is a folder; TensorFlow has read all of it when it returns. */
function load(binding: NativeBinding, content: Uint8Array): number {
  const { mkdtempSync, rmSync, writeFileSync } = process.getBuiltinModule('node:fs');
  const { tmpdir } = process.getBuiltinModule('node:os');
  const { join } = process.getBuiltinModule('node:path');
  const folder = mkdtempSync(join(tmpdir(), 'trainkit-capture-'));
  try {
    writeFileSync(join(folder, 'saved_model.pb'), content);
    return binding.loadSavedModel(folder, TAG);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

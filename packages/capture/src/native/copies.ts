import type { Variable } from '@tensorflow/tfjs-core';
import type { NativeRecording } from '@trainkit/kernels/native';
import type { Recording, Source } from '../recording.js';
import type { Keys } from './keys.js';

/** The properties of kernels by which copies are spared. */
export type KernelProperties = Pick<NativeRecording, 'copyKernel' | 'checksValues'>;

/** The copies of a recorded step that a replay does without. */
export interface SparedCopies {
  /**
   * For each result that is a copy of another one that is not read any more, by their keys, the
   * other one's key.
   */
  origins: ReadonlyMap<number, number>;
  /**
   * For each variable that is updated in its own memory, the key of the result that is written
   * there.
   */
  updates: ReadonlyMap<Variable, number>;
}

/**
 * Finds copies whose original is not needed any more, where the replay may write to the original:
 * an op was given it to be overwritten, and the backend copies all of these while it records.
 */
export function spareCopies(recording: Recording, keys: Keys, kernels: KernelProperties): SparedCopies {
  const { calls, assigned, results } = recording;
  const lastUse = new Map(
    calls.flatMap(({ inputs }, index) => inputs.map((input) => [keys.of(input), index] as const)),
  );
  const leaving = new Set([
    ...assigned.map(({ source }) => keys.of(source)),
    ...results.flatMap(({ source, identity }) => (identity === null ? [keys.of(source)] : [])),
  ]);
  const origins = new Map<number, number>();
  const variables = new Map<Variable, { key: number; index: number }>();
  // A variable that has changed already when a kernel refuses could not be given back its value.
  const lastCheck = calls.findLastIndex(({ op }) => kernels.checksValues(op));
  for (const [index, { op, inputs }] of calls.entries()) {
    const [from, to] = inputs;
    if (op !== kernels.copyKernel || from === undefined || to?.kind !== 'result' || to.call !== index)
      continue;
    const [fromKey, toKey] = [keys.of(from), keys.of(to)];
    const isWhole = lengthOf(from, recording) === lengthOf(to, recording);
    // Nothing reads the original from then on.
    if (!isWhole || lastUse.get(fromKey) !== index || leaving.has(fromKey)) continue;
    if (from.kind === 'result') origins.set(toKey, fromKey);
    else if (from.kind === 'variable') variables.set(from.variable, { key: toKey, index });
  }
  const updates = new Map<Variable, number>();
  for (const { variable, source } of assigned) {
    const copy = variables.get(variable);
    if (copy !== undefined && rootOf(keys.of(source), origins) === copy.key && copy.index > lastCheck)
      updates.set(variable, copy.key);
  }
  return { origins, updates };
}

/** The key of the result whose memory a result has. */
export function rootOf(key: number, origins: ReadonlyMap<number, number>): number {
  let root = key;
  for (let next = origins.get(root); next !== undefined; next = origins.get(root)) root = next;
  return root;
}

function lengthOf(source: Source, { calls, constants }: Recording): number {
  switch (source.kind) {
    case 'absent':
      return 0;
    case 'constant':
      return constants[source.index]!.values.length;
    case 'result':
      return calls[source.call]!.outputs[source.output]!.shape[0]!;
    default:
      return source.shape[0]!;
  }
}

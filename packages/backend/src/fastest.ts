import type * as Tf from '@tensorflow/tfjs';
import { checkFlag, checkOneOf, checkOptions, errorMessage, type OptionNames } from '@trainkit/checks';
import { useNativeBackend } from '@trainkit/native';
import { nativeStatus } from './status.js';
import { type SelectOptions, selectTensorflow } from './tensorflow.js';
import { selectWasm } from './wasm.js';

/**
 * The backends of TensorFlow.js that run in Node: `native` (the addon of `@trainkit/native`), `tensorflow` (tfjs-node),
 * WebAssembly, plain JavaScript.
 */
export type BackendName = 'native' | 'tensorflow' | 'wasm' | 'cpu';

/** Options of {@link useFastestBackend}. */
export interface UseFastestBackendOptions {
  /**
   * The backend that it must be; where it does not load, an error says why. Default: the one that `$TRAINKIT_BACKEND` names,
   * else the fastest that loads.
   */
  prefer?: BackendName | undefined;
  /**
   * Has the C library keep the memory that a step frees on tfjs-node under Linux, for the next step: for all of the process,
   * and until its end. Default true.
   */
  keepFreedMemory?: boolean | undefined;
}

const USE_FASTEST_BACKEND: OptionNames<UseFastestBackendOptions> = { prefer: true, keepFreedMemory: true };

/** Which backend runs, and what on: plain data, small enough for the record of an experiment. */
export interface BackendReport {
  /** TensorFlow.js' name of the backend. */
  name: BackendName;
  /** One sentence: which backend, and why not a faster one. */
  reason: string;
  /** The versions that take part: `tfjs` always, `tfjs-node` and `libtensorflow` on the native backend. */
  versions: { tfjs: string; 'tfjs-node'?: string | undefined; libtensorflow?: string | undefined };
  /** How many threads one operation may use. */
  threads: number;
  /** On wasm: whether the SIMD build runs. */
  simd?: boolean | undefined;
}

/** A started backend, before the reason is added. */
type Started = Omit<BackendReport, 'name' | 'reason'> & { title: string };

const FASTEST_FIRST: readonly BackendName[] = ['native', 'tensorflow', 'wasm', 'cpu'];

/**
 * Selects the fastest TensorFlow.js backend that loads on this machine: `native`, else tfjs-node, else WASM, else plain
 * JavaScript.
 *
 * The addon of `native` comes prebuilt with `@trainkit/native`, or is compiled once, in some ten seconds. A processor for x64
 * without AVX2 and FMA has none.
 *
 * tfjs-node is repaired for Node 23 and later, and loaded from the cache folder where `trainkit-native` has provided
 * what its own install could not. The gradients of TensorFlow.js' ops are registered too.
 *
 * It may be called again at any time, with another backend. Tensors stay usable: TensorFlow.js moves their data to
 * the backend of the moment when an op reads them.
 *
 * `$TRAINKIT_BACKEND` chooses the backend of a program that names none: `TRAINKIT_BACKEND=wasm node train.js`.
 *
 * The traps of plain TensorFlow.js: importing tfjs-node selects its backend wherever the import stands; and where
 * it cannot load, everything runs on `cpu`, a hundred times slower, with no more than a line in the terminal.
 *
 * @throws Error where `prefer` names a backend that does not load: why, and what to do.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs';
 * import { useFastestBackend } from '@trainkit/backend';
 *
 * const { name } = await useFastestBackend({ prefer: 'wasm' });
 * console.log(name, tf.getBackend()); // → wasm wasm
 * ```
 */
export async function useFastestBackend(options: UseFastestBackendOptions = {}): Promise<BackendReport> {
  const where = 'useFastestBackend';
  const { prefer = preferred(), keepFreedMemory = true } = checkOptions(where, options, USE_FASTEST_BACKEND);
  if (prefer !== undefined) checkOneOf(where, 'prefer', prefer, FASTEST_FIRST);
  checkFlag(where, 'keepFreedMemory', keepFreedMemory);
  // The whole of TensorFlow.js rather than its core: that alone would register no gradients.
  const tf = await import('@tensorflow/tfjs');
  const failures: string[] = [];
  for (const name of prefer === undefined ? FASTEST_FIRST : [prefer]) {
    try {
      const { title, ...details } = await START[name](tf, { keepFreedMemory });
      return { name, reason: [`${title}.`, ...failures].join(' '), ...details };
    } catch (error) {
      failures.push(notToBeHad(name, error));
    }
  }
  throw new Error(`useFastestBackend: ${failures.join(' ')}`);
}

/** The backend that the environment names. */
function preferred(): BackendName | undefined {
  const name = process.env['TRAINKIT_BACKEND'];
  if (name === undefined || name === '') return undefined;
  checkOneOf('useFastestBackend', '$TRAINKIT_BACKEND', name, FASTEST_FIRST);
  return name;
}

const START: Record<BackendName, (tf: typeof Tf, options: SelectOptions) => Promise<Started>> = {
  async native(tf) {
    const { target, threads } = await useNativeBackend();
    return {
      title: `TensorFlow.js runs on Trainkit's native kernels for ${target}`,
      versions: { tfjs: tf.version['tfjs'] },
      threads,
    };
  },
  async tensorflow(tf, options) {
    const { tfjsNode, libtensorflow, threads, from } = await selectTensorflow(tf, options);
    const source = from === 'cache' ? 'from the cache folder' : "by tfjs-node's own install";
    return {
      title: `TensorFlow ${libtensorflow} runs natively through tfjs-node ${tfjsNode}, provided ${source}`,
      versions: { tfjs: tf.version['tfjs'], 'tfjs-node': tfjsNode, libtensorflow },
      threads,
    };
  },
  async wasm(tf) {
    const { threads, simd } = await selectWasm(tf);
    return {
      title: `TensorFlow.js runs on WebAssembly ${simd ? 'with' : 'without'} SIMD`,
      versions: { tfjs: tf.version['tfjs'] },
      threads,
      simd,
    };
  },
  async cpu(tf) {
    if (!(await tf.setBackend('cpu'))) throw new Error('TensorFlow.js could not start its cpu backend.');
    // Whoever is here knows: no advice in the terminal to install tfjs-node.
    Reflect.set(tf.backend(), 'firstUse', false);
    return {
      title: 'TensorFlow.js runs in plain JavaScript',
      versions: { tfjs: tf.version['tfjs'] },
      threads: 1,
    };
  },
};

function notToBeHad(name: BackendName, error: unknown): string {
  const why = errorMessage(error).replace(/\.$/, '');
  if (name === 'native') return `The native backend is not to be had: ${why}.`;
  if (name !== 'tensorflow') return `The backend ${name} does not start: ${why}.`;
  // What is there and does not load has to be provided anew.
  const { ready, damaged } = nativeStatus();
  const command =
    ready || damaged.length > 0 ? 'npx trainkit-native tensorflow --force' : 'npx trainkit-native tensorflow';
  return `tfjs-node does not load: ${why}. \`${command}\` provides it, \`npx trainkit-native doctor\` says what is missing.`;
}

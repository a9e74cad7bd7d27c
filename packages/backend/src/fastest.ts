import type * as Tf from '@tensorflow/tfjs';
import { checkFlag, checkOneOf, checkOptions, errorMessage, type OptionNames } from '@trainkit/checks';
import { NativeSettingError, useNativeBackend } from '@trainkit/native';
import { nativeStatus } from './status.js';
import { type SelectOptions, selectTensorflow } from './tensorflow.js';
import { selectWasm } from './wasm.js';

/**
 * The backends of TensorFlow.js that run in Node: `native` (the addon of `@trainkit/native`),
 * `tensorflow` (tfjs-node), WebAssembly, plain JavaScript.
 */
export type BackendName = 'native' | 'tensorflow' | 'wasm' | 'cpu';

/** Options of {@link useFastestBackend}. */
export interface UseFastestBackendOptions {
  /**
   * The required backend; if it does not load, an error gives the reason. Default: the one in
   * `$TRAINKIT_BACKEND`, else the fastest that loads.
   */
  prefer?: BackendName | undefined;
  /**
   * True to make the C library keep the memory that a step frees, for the next step, on tfjs-node
   * under Linux. It applies to the whole process until its end. Default true.
   */
  keepFreedMemory?: boolean | undefined;
}

const USE_FASTEST_BACKEND: OptionNames<UseFastestBackendOptions> = { prefer: true, keepFreedMemory: true };

/**
 * The active backend and its versions: plain data, small enough for the record of an experiment.
 */
export interface BackendReport {
  /** TensorFlow.js's name of the backend. */
  name: BackendName;
  /** One sentence with the backend, and the reason why no faster one was chosen. */
  reason: string;
  /**
   * The versions in use: `tfjs` always, `tfjs-node` and `libtensorflow` on the backend
   * `tensorflow`.
   */
  versions: { tfjs: string; 'tfjs-node'?: string | undefined; libtensorflow?: string | undefined };
  /** The number of threads that one operation may use. */
  threads: number;
  /** On wasm, true if the SIMD build runs. */
  simd?: boolean | undefined;
}

/** A started backend, before the reason is added. */
type Started = Omit<BackendReport, 'name' | 'reason'> & { title: string };

const FASTEST_FIRST: readonly BackendName[] = ['native', 'tensorflow', 'wasm', 'cpu'];

/**
 * Selects the fastest TensorFlow.js backend that loads on this machine: `native`, else tfjs-node,
 * else WASM, else plain JavaScript.
 *
 * The addon of `native` comes prebuilt with `@trainkit/native`, or is compiled once, in about ten
 * seconds. It does not run on x64 processors without AVX2 and FMA.
 *
 * tfjs-node is repaired for Node 23 and later. If its own install failed, it is loaded from the
 * cache folder of `trainkit-native`. The gradients of TensorFlow.js's ops are registered too.
 *
 * It may be called again at any time, with another backend. Tensors stay usable: TensorFlow.js
 * moves their data to the active backend when an op reads them.
 *
 * `$TRAINKIT_BACKEND` selects the backend of a program that does not pass `prefer`:
 * `TRAINKIT_BACKEND=wasm node train.js`.
 *
 * Traps of plain TensorFlow.js: an import of tfjs-node anywhere in the program selects its backend.
 * If tfjs-node cannot load, everything runs on `cpu`, a hundred times slower, with only a line in
 * the terminal.
 *
 * @throws Error if `prefer` names a backend that does not load, with the reason and what to do
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
  // The whole of TensorFlow.js: its core alone would register no gradients.
  const tf = await import('@tensorflow/tfjs');
  const failures: string[] = [];
  for (const name of prefer === undefined ? FASTEST_FIRST : [prefer]) {
    try {
      const { title, ...details } = await START[name](tf, { keepFreedMemory });
      return { name, reason: [`${title}.`, ...failures].join(' '), ...details };
    } catch (error) {
      // A variable of the environment without a meaning: another backend would hide the mistake.
      if (error instanceof NativeSettingError) throw error;
      failures.push(notToBeHad(name, error));
    }
  }
  throw new Error(`useFastestBackend: ${failures.join(' ')}`);
}

/** The backend that the environment variable names. */
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
    // Suppresses TensorFlow.js's advice to install tfjs-node, which this package manages.
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
  if (name === 'native') return `The native backend does not load: ${why}.`;
  if (name !== 'tensorflow') return `The backend ${name} does not start: ${why}.`;
  // An installed TensorFlow that does not load must be provided again.
  const { ready, damaged } = nativeStatus();
  const command =
    ready || damaged.length > 0 ? 'npx trainkit-native tensorflow --force' : 'npx trainkit-native tensorflow';
  return `tfjs-node does not load: ${why}. \`${command}\` provides it, \`npx trainkit-native doctor\` says what is missing.`;
}

import { checkOptions, type OptionNames } from '@trainkit/checks';
import type { NativeBackend } from './backend/native-backend.js';
import { type AddonPathOptions, addonPath } from './build/addon-path.js';

/** Options of {@link useNativeBackend}. */
export type UseNativeBackendOptions = AddonPathOptions;

const OPTIONS: OptionNames<UseNativeBackendOptions> = { signal: true, onProgress: true };

/** The details of the native backend on this machine. */
export interface NativeDetails {
  /** The instruction set of its kernels: `avx512`, `avx2` or `neon`. */
  target: string;
  /** The number of threads that share the work of a kernel. */
  threads: number;
}

/** TensorFlow.js' name of the backend. */
const NATIVE = 'native';

/**
 * Registers and selects the backend `native`.
 *
 * @throws where the addon is not to be had: no compiler, another architecture, a processor without
 *   AVX2
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs';
 * import { useNativeBackend } from '@trainkit/native';
 *
 * await useNativeBackend();
 * console.log(tf.getBackend()); // → native
 * ```
 */
export async function useNativeBackend(options: UseNativeBackendOptions = {}): Promise<NativeDetails> {
  checkOptions('useNativeBackend', options, OPTIONS);
  const { backend, engine, setBackend } = await import('@tensorflow/tfjs-core');
  if (engine().registryFactory[NATIVE] === undefined) {
    registration ??= registerNativeBackend(options).finally(() => {
      registration = undefined;
    });
    await registration;
  }
  if (!(await setBackend(NATIVE))) throw new Error('TensorFlow.js could not start the native backend.');
  const active: unknown = backend();
  if (!isNativeBackend(active)) throw new Error('Another library has registered a backend `native`.');
  const { target, threads } = active.addon;
  return { target, threads };
}

/** The registration that runs now: calls at the same time wait for one. */
let registration: Promise<void> | undefined;

async function registerNativeBackend(options: AddonPathOptions): Promise<void> {
  const path = await addonPath(options);
  const { registerBackend } = await import('@tensorflow/tfjs-core');
  const { loadAddon } = await import('./backend/addon.js');
  const { NativeBackend } = await import('./backend/native-backend.js');
  const { registerDraws } = await import('./backend/register-draws.js');
  const { registerKernels } = await import('./backend/register-kernel.js');
  const { stockKernels } = await import('./kernels/index.js');
  const addon = loadAddon(path);
  registerDraws(addon);
  registerBackend(NATIVE, () => new NativeBackend(addon));
  registerKernels(NATIVE, stockKernels);
}

/** Not by its class: another copy of this package may have registered the backend. */
function isNativeBackend(value: unknown): value is Pick<NativeBackend, 'addon' | 'runsNativeKernels'> {
  return typeof value === 'object' && value !== null && 'runsNativeKernels' in value && 'addon' in value;
}

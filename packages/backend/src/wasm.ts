import { createRequire } from 'node:module';
import { dirname, sep } from 'node:path';
import type * as Tf from '@tensorflow/tfjs';

/** What the WASM backend runs with on this machine. */
export interface WasmDetails {
  /** Threads that XNNPACK uses; TensorFlow.js has one in Node. */
  threads: number;
  /** Whether the SIMD build of the backend runs. */
  simd: boolean;
}

/**
 * Registers and selects the WASM backend; throws where WebAssembly is not to be had.
 *
 * Its three .wasm files are read from its own package: TensorFlow.js would look for them beside the main script.
 */
export async function selectWasm(tf: typeof Tf): Promise<WasmDetails> {
  const { getThreadsCount, setWasmPaths } = await import('@tensorflow/tfjs-backend-wasm');
  // Paths are settled when the backend starts; setting them afterwards throws.
  if (tf.engine().registry['wasm'] === undefined) {
    setWasmPaths(dirname(createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm')) + sep);
  }
  if (!(await tf.setBackend('wasm'))) throw new Error('TensorFlow.js could not start its WASM backend.');
  return {
    threads: Math.max(1, getThreadsCount()),
    simd: Boolean(await tf.env().getAsync('WASM_HAS_SIMD_SUPPORT')),
  };
}

import { createRequire } from 'node:module';
import { dirname, sep } from 'node:path';
import type * as Tf from '@tensorflow/tfjs';
import { throwWhereMemoryIsFull } from './wasm-memory.js';

type Listener = ReturnType<typeof process.rawListeners>[number];

const CRASH_EVENTS = ['uncaughtException', 'unhandledRejection'] as const;

/** The threads and the build of the WASM backend on this machine. */
export interface WasmDetails {
  /** The number of threads of XNNPACK; TensorFlow.js uses one in Node. */
  threads: number;
  /** True if the SIMD build of the backend runs. */
  simd: boolean;
}

/**
 * Registers and selects the WASM backend; throws if WebAssembly is not available.
 *
 * Its three .wasm files are read from its own package; TensorFlow.js would look for them beside the
 * main script.
 */
export async function selectWasm(tf: typeof Tf): Promise<WasmDetails> {
  const { getThreadsCount, setWasmPaths } = await import('@tensorflow/tfjs-backend-wasm');
  // Paths are fixed when the backend starts; setting them later throws.
  if (tf.engine().registry['wasm'] === undefined) {
    setWasmPaths(dirname(createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm')) + sep);
  }
  const before = new Set<Listener>(CRASH_EVENTS.flatMap((event) => process.rawListeners(event)));
  const started = await tf.setBackend('wasm');
  removeCrashHandlers(before);
  if (!started) throw new Error('TensorFlow.js could not start its WASM backend.');
  throwWhereMemoryIsFull(tf.backend());
  return {
    threads: Math.max(1, getThreadsCount()),
    simd: Boolean(await tf.env().getAsync('WASM_HAS_SIMD_SUPPORT')),
  };
}

/**
 * Removes the crash handlers of Emscripten's start-up code. They rethrow every crash of the
 * program: the exit code becomes 7, and the stack trace begins inside the backend. Other handlers
 * stay.
 */
function removeCrashHandlers(before: ReadonlySet<Listener>): void {
  for (const event of CRASH_EVENTS) {
    for (const listener of process.rawListeners(event)) {
      const rethrows = /ExitStatus|throw reason/.test(String(listener));
      if (!before.has(listener) && rethrows) process.off(event, listener as () => void);
    }
  }
}

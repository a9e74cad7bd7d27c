import { createRequire } from 'node:module';
import { dirname, sep } from 'node:path';
import type * as Tf from '@tensorflow/tfjs';
import { throwWhereMemoryIsFull } from './wasm-memory.js';

type Listener = ReturnType<typeof process.rawListeners>[number];

const CRASH_EVENTS = ['uncaughtException', 'unhandledRejection'] as const;

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
 * Emscripten's start-up code listens for crashes of the whole program and throws them anew: the exit code becomes 7
 * and the stack trace begins in the middle of the backend. What is not its own is left alone.
 */
function removeCrashHandlers(before: ReadonlySet<Listener>): void {
  for (const event of CRASH_EVENTS) {
    for (const listener of process.rawListeners(event)) {
      const rethrows = /ExitStatus|throw reason/.test(String(listener));
      if (!before.has(listener) && rethrows) process.off(event, listener as () => void);
    }
  }
}

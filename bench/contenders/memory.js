// A program of its own, for node --expose-gc: many training steps. Says how many tensors more there are after them, in
// TensorFlow.js and in the native library, and the resident memory before and after.
import * as tf from '@tensorflow/tfjs';
import { useFastestBackend } from '@trainkit/backend';
import { makeStep } from './make-step.js';

/** Until then caches fill, and what has to be recorded is. */
const WARM_UP = 1000;

/** @type {Pick<import('../src/rows.js').MemoryRow, 'task' | 'steps'>} */
const { task, steps } = JSON.parse(process.argv[2] ?? '{}');
const { backend = 'tensorflow', ...rest } = task;
await useFastestBackend({ prefer: backend });
const step = makeStep(rest);
const look = () => {
  globalThis.gc?.();
  return {
    tensors: tf.memory().numTensors,
    nativeTensors: countNativeTensors(),
    resident: process.memoryUsage.rss(),
  };
};
for (let i = 0; i < WARM_UP; i++) step();
const before = look();
for (let i = 0; i < steps; i++) step();
const after = look();
console.log(
  JSON.stringify({
    task,
    steps,
    tensors: after.tensors - before.tensors,
    nativeTensors: before.nativeTensors === null ? null : (after.nativeTensors ?? 0) - before.nativeTensors,
    resident: { before: before.resident, after: after.resident },
  }),
);

/** Tensors that TensorFlow.js has forgotten may live on there; null on a backend that has none. */
function countNativeTensors() {
  const native = /** @type {{ binding?: { getNumOfTensors(): number } }} */ (tf.backend());
  return native.binding?.getNumOfTensors() ?? null;
}

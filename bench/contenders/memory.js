// A program for `node --expose-gc` that runs many training steps. It prints the growth of the
// number of tensors, in TensorFlow.js and in the native library, and the resident memory before and
// after the steps.
import * as tf from '@tensorflow/tfjs';
import { useFastestBackend } from '@trainkit/backend';
import { makeStep } from './make-step.js';

/** Steps before the first count: caches fill and the step is recorded. */
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

/**
 * Counts the tensors of the native library, which may outlive those of TensorFlow.js. Returns null
 * on a backend without a native library.
 */
function countNativeTensors() {
  const native = /** @type {{ binding?: { getNumOfTensors(): number } }} */ (tf.backend());
  return native.binding?.getNumOfTensors() ?? null;
}

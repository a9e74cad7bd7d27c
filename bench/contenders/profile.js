// A program that prints the profile of a training step as JSON: the time of each kernel of
// TensorFlow.js and, on tfjs-node, of each call into the native library.
import * as tf from '@tensorflow/tfjs';
import { useFastestBackend } from '@trainkit/backend';
import { Stopwatch } from '../src/stopwatch.js';
import { makeStep } from './make-step.js';
import { task } from './serve.js';

const { backend = 'tensorflow', ...rest } = task();
const STEPS = backend === 'cpu' ? 10 : 200;
const WARM_UP = backend === 'cpu' ? 2 : 20;

await useFastestBackend({ prefer: backend });
const runs = backend === 'tensorflow' ? [false, true] : [false];
console.log(JSON.stringify(runs.map(profile)));

/** @param {boolean} captured */
function profile(captured) {
  const milliseconds = timed(makeStep({ ...rest, captured }));
  const [kernels, native] = [new Stopwatch(), new Stopwatch()];
  // The watches come before the step is created, since a captured step keeps a reference to the
  // binding.
  const undo = [...watchKernels(kernels), ...watchBinding(native)];
  timed(makeStep({ ...rest, captured }), () => {
    kernels.reset();
    native.reset();
  });
  for (const each of undo) each();
  return {
    captured,
    milliseconds,
    kernels: kernels.perStep(STEPS),
    native: native.perStep(STEPS),
  };
}

/**
 * Returns the mean milliseconds of a step.
 *
 * @param {() => void} step
 * @param {() => void} [onWarm]
 */
function timed(step, onWarm) {
  for (let i = 0; i < WARM_UP; i++) step();
  onWarm?.();
  const start = performance.now();
  for (let i = 0; i < STEPS; i++) step();
  return (performance.now() - start) / STEPS;
}

/** @param {Stopwatch} watch */
function watchKernels(watch) {
  return tf.getKernelsForBackend(tf.getBackend()).map((kernel) => {
    const { kernelName, backendName, kernelFunc } = kernel;
    const swap = (/** @type {typeof kernelFunc} */ to) => {
      tf.unregisterKernel(kernelName, backendName);
      tf.registerKernel({ ...kernel, kernelFunc: to });
    };
    swap(watch.watch(kernelName, kernelFunc));
    return () => swap(kernelFunc);
  });
}

/**
 * Replaces the backend's binding by an object that inherits from it, since the binding's own
 * properties are read-only.
 *
 * @param {Stopwatch} watch
 */
function watchBinding(watch) {
  const native = /** @type {{ binding?: Record<string, (...args: never[]) => unknown> }} */ (tf.backend());
  const { binding } = native;
  if (binding === undefined) return [];
  const { executeOp, runSavedModel } = binding;
  if (!executeOp || !runSavedModel)
    throw new Error('The binding has no executeOp or runSavedModel; expected the binding of tfjs-node 4.22.');
  /** @type {Map<string, typeof executeOp>} */
  const ops = new Map();
  /** @type {typeof executeOp} */
  const byName = (...args) => {
    const name = String(args[0]);
    const op = ops.get(name) ?? watch.watch(name, executeOp);
    ops.set(name, op);
    return op.apply(binding, args);
  };
  native.binding = Object.create(binding, {
    executeOp: { value: byName },
    runSavedModel: { value: watch.watch('runSavedModel', runSavedModel.bind(binding)) },
  });
  return [() => (native.binding = binding)];
}

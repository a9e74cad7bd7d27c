import * as tf from '@tensorflow/tfjs-core';

/**
 * Takes this project's kernels and gradients out of TensorFlow.js' registry, on the active backend: for tests that evaluate
 * a package anew, whose kernels would else be those of the first evaluation.
 */
export function forgetKernels(): void {
  for (const { kernelName, backendName } of tf.getKernelsForBackend(tf.getBackend())) {
    if (!kernelName.startsWith('Trainkit')) continue;
    tf.unregisterKernel(kernelName, backendName);
    if (tf.getGradient(kernelName) !== undefined) tf.unregisterGradient(kernelName);
  }
}

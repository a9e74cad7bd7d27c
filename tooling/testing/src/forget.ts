import * as tf from '@tensorflow/tfjs-core';

/**
 * Removes this project's kernels and gradients from TensorFlow.js' registry, on the active backend.
 * Tests that evaluate a package a second time need it, since the kernels would otherwise be those
 * of the first evaluation.
 */
export function forgetKernels(): void {
  for (const { kernelName, backendName } of tf.getKernelsForBackend(tf.getBackend())) {
    if (!kernelName.startsWith('Trainkit')) continue;
    tf.unregisterKernel(kernelName, backendName);
    if (tf.getGradient(kernelName) !== undefined) tf.unregisterGradient(kernelName);
  }
}

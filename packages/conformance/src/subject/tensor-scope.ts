import { engine, type NamedAttrMap, Tensor } from '@tensorflow/tfjs-core';
import type { NamedTensorMap } from '@tensorflow/tfjs-core/dist/tensor_types.js';
import { currentLocation } from '../diagnosis/location.js';
import { Failure } from '../diagnosis/observation.js';

/**
 * Runs `body`, then disposes every tensor and variable that came to life in it, also where it throws.
 *
 * `tf.tidy` alone would miss what checked code keeps: variables, `tf.keep`, the tape of a gradient that threw. So each
 * tensor is noted where TensorFlow.js counts it.
 */
export function disposingCreated<T>(body: () => T): T {
  const made: Tensor[] = [];
  try {
    return watchingCreated(
      (tensor) => made.push(tensor),
      () => refusingDisposed(body),
    );
  } finally {
    for (const tensor of made) if (!tensor.isDisposed) tensor.dispose();
  }
}

/** Runs `body`, and calls `note` for every tensor and variable that comes to life in it. */
export function watchingCreated<T>(note: (tensor: Tensor) => void, body: () => T): T {
  const tracker = engine();
  const original = tracker.trackTensor;
  const noting: typeof original = (tensor, backend) => {
    original.call(tracker, tensor, backend);
    note(tensor);
  };
  tracker.trackTensor = noting;
  try {
    return body();
  } finally {
    tracker.trackTensor = original;
  }
}

/**
 * Runs `body`, and throws in it where an op is given a tensor that has been disposed.
 *
 * TensorFlow.js throws too, but on some backends by an error of its inner works that says nothing of the kind.
 */
function refusingDisposed<T>(body: () => T): T {
  const tracker = engine();
  const original = tracker.runKernel;
  const refusing: typeof original = <T extends Tensor | Tensor[]>(
    kernel: string,
    inputs: NamedTensorMap,
    attributes?: NamedAttrMap,
  ): T => {
    if (Object.values(inputs).some((input) => input instanceof Tensor && input.isDisposed)) {
      const message = `${kernel} is given a tensor that has been disposed.`;
      throw new Failure('threw', message, null, currentLocation(), 'state-disposed');
    }
    return original.bind(tracker)<T>(kernel, inputs, attributes);
  };
  tracker.runKernel = refusing;
  try {
    return body();
  } finally {
    tracker.runKernel = original;
  }
}

/** {@link disposingCreated} for code that makes objects which may have a `dispose` of their own. */
export function disposingSubjects<T>(body: (made: { dispose(): void }[]) => T): T {
  return disposingCreated(() => {
    const made: { dispose(): void }[] = [];
    try {
      return body(made);
    } finally {
      for (const subject of made) subject.dispose();
    }
  });
}

import { engine, type NamedAttrMap, Tensor } from '@tensorflow/tfjs-core';
import type { NamedTensorMap } from '@tensorflow/tfjs-core/dist/tensor_types.js';
import { currentLocation } from '../diagnosis/location.js';
import { Failure } from '../diagnosis/observation.js';

/**
 * Runs `body`, then disposes every tensor and variable that was created in it, also if it throws.
 *
 * `tf.tidy` alone would miss tensors that the checked code keeps: variables, `tf.keep`, the tape of
 * a gradient that threw. So each tensor is recorded where TensorFlow.js counts it.
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

/** Runs `body`, and calls `note` for every tensor and variable that is created in it. */
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
 * Runs `body`, and throws if it passes a disposed tensor to an op.
 *
 * TensorFlow.js throws too, but on some backends with an internal error that does not mention
 * disposal.
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

/** {@link disposingCreated} for code that makes objects which may have their own `dispose`. */
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

import { engine, type Tensor } from '@tensorflow/tfjs-core';

/**
 * Runs `body`, then disposes every tensor and variable that came to life in it, also where it throws.
 *
 * `tf.tidy` alone would miss what checked code keeps: variables, `tf.keep`, the tape of a gradient that threw. So each
 * tensor is noted where TensorFlow.js counts it.
 */
export function disposingCreated<T>(body: () => T): T {
  const tracker = engine();
  const made: Tensor[] = [];
  const original = tracker.trackTensor;
  const noting: typeof original = (tensor, backend) => {
    original.call(tracker, tensor, backend);
    made.push(tensor);
  };
  tracker.trackTensor = noting;
  try {
    return body();
  } finally {
    tracker.trackTensor = original;
    for (const tensor of made) if (!tensor.isDisposed) tensor.dispose();
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

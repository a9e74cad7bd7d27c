import { engine, type Tensor } from '@tensorflow/tfjs-core';

/**
 * Runs `body`, then disposes every tensor and variable that came to life in it, also where it throws.
 *
 * `tf.tidy` alone would miss what checked code keeps: variables, `tf.keep`, the tape of a gradient that threw. So each
 * tensor is noted where TensorFlow.js counts it.
 */
export function disposingCreated<T>(body: () => T): T {
  const made: Tensor[] = [];
  try {
    return watchingCreated((tensor) => made.push(tensor), body);
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

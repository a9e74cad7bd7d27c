import { type Scalar, Tensor } from '@tensorflow/tfjs-core';
import { checkFunction, expected } from '@trainkit/checks';
import { disposeTape } from '@trainkit/checks/tensor';

/** Returns `f` with a check of what it returns, which has to be a float32 scalar. */
export function checkedLoss(optimizer: string, f: () => Scalar): () => Scalar {
  checkLossFunction(optimizer, f);
  return () => {
    const loss = f();
    checkLoss(optimizer, loss);
    return loss;
  };
}

/** Throws unless `f` is a function. */
export function checkLossFunction(optimizer: string, f: unknown): void {
  checkFunction(optimizer, 'f', f, 'Write minimize(() => …), with a function that computes the loss.');
}

/** Runs `compute`, and frees what its ops kept for their gradients where it throws. */
export function freeingTape<T>(compute: () => T): T {
  try {
    return compute();
  } catch (error) {
    disposeTape();
    throw error;
  }
}

/** Throws unless the loss is a float32 scalar. */
export function checkLoss(optimizer: string, loss: unknown): asserts loss is Scalar {
  if (loss instanceof Tensor && loss.rank === 0 && loss.dtype === 'float32') return;
  // What the function does later on fails for nobody: its tensors are gone.
  if (loss instanceof Promise) loss.catch(() => {});
  throw new TypeError(expected(optimizer, 'the loss', loss, EXPECTED, instead(loss)));
}

const EXPECTED = 'a scalar tensor of float32';

function instead(loss: unknown): string {
  if (loss instanceof Tensor) {
    // TensorFlow.js casts back as if nothing had been rounded, and a step would be taken.
    if (loss.dtype !== 'float32') return "Leave out what rounds it, or write loss.cast('float32').";
    return 'Write tf.mean(loss) or tf.sum(loss).';
  }
  if (loss instanceof Promise)
    return 'Write a function that is not async, and await what it needs, such as data, before.';
  if (loss === undefined) return 'Write return before the loss.';
  if (typeof loss === 'number') return 'Return the tensor, and read it with dataSync() afterwards.';
  return 'Write () => loss, with the tensor alone.';
}

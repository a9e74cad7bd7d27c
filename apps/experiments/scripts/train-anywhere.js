// A short training with every part that has its own kernels; the same in Node and in a browser.
import * as tf from '@tensorflow/tfjs';
import { Dropout } from '@trainkit/dropout';
import { crossEntropy, Linear, ReLU, Sequential, Tanh } from '@trainkit/nn';
import { BatchNorm, LayerNorm } from '@trainkit/normalization';
import { AdamW, clipGradNorm, SGD } from '@trainkit/optimizers';
import { manualSeed } from '@trainkit/random';

const STEPS = 20;
const [BATCH, PIXELS, CLASSES] = [30, 50, 7];

/**
 * Returns the losses of two networks' steps and a sum over their outputs in evaluation; leaves no
 * tensor.
 */
export function train() {
  const before = tf.memory().numTensors;
  const numbers = [...trainOne('adamw'), ...trainOne('sgd')];
  const left = tf.memory().numTensors - before;
  if (left !== 0) throw new Error(`${left} tensors were left over; expected none.`);
  return numbers;
}

/** @param {'adamw' | 'sgd'} kind */
function trainOne(kind) {
  manualSeed(3);
  const model =
    kind === 'adamw'
      ? new Sequential(
          new Linear(PIXELS, 33),
          new LayerNorm(33),
          new ReLU(),
          new Dropout(0.2),
          new Linear(33, CLASSES),
        )
      : new Sequential(new Linear(PIXELS, 33), new BatchNorm(33), new Tanh(), new Linear(33, CLASSES));
  const optimizer =
    kind === 'adamw'
      ? new AdamW(model.parameters(), { learningRate: 0.01 })
      : new SGD(model.parameters(), { learningRate: 0.05, momentum: 0.9 });
  const images = tf.tensor2d(
    Float32Array.from({ length: BATCH * PIXELS }, (_, i) => Math.fround(((i * 37) % 101) / 101)),
    [BATCH, PIXELS],
  );
  const labels = tf.tensor1d(
    Int32Array.from({ length: BATCH }, (_, i) => i % CLASSES),
    'int32',
  );
  const losses = Array.from({ length: STEPS }, () =>
    tf.tidy(() => {
      const { value, grads } = tf.variableGrads(
        () => crossEntropy(model.forward(images), labels),
        model.parameters(),
      );
      optimizer.applyGradients(clipGradNorm(grads, 1).grads);
      return value.dataSync()[0] ?? Number.NaN;
    }),
  );
  model.eval();
  const sum = tf.tidy(() => tf.sum(tf.abs(model.forward(images))).dataSync()[0] ?? Number.NaN);
  optimizer.dispose();
  model.dispose();
  tf.dispose([images, labels]);
  return [...losses, sum];
}

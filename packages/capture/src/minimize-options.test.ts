import * as tf from '@tensorflow/tfjs';
import { countLabels, crossEntropy, Linear, ReLU, Sequential } from '@trainkit/nn';
import { AdamW, combine, cosine, decayGroups, Muon, SGD } from '@trainkit/optimizers';
import { Generator } from '@trainkit/random';
import { describeBackends } from '@trainkit/testing';
import { it } from 'vitest';
import { batches, expectSameTraining, type Results, type Training } from '../fixtures/twins.js';

type Optimizer = AdamW | ReturnType<typeof combine>;

const OPTIMIZERS = {
  'AdamW with groups and a schedule': (model: Sequential): Optimizer =>
    new AdamW(decayGroups(model.namedParameters()), { learningRate: cosine(0.05, { steps: 40 }) }),
  'combined optimizers': (model: Sequential): Optimizer => {
    const [matrices, others] = [true, false].map((isMatrix) =>
      model.parameters().filter(({ rank }) => (rank === 2) === isMatrix),
    );
    return combine([new Muon(matrices!), new SGD(others!, { learningRate: 0.1, momentum: 0.9 })]);
  },
};

/** A training whose step is `step`. */
function training(
  make: (model: Sequential) => Optimizer,
  step: (optimizer: Optimizer, model: Sequential, x: tf.Tensor, y: tf.Tensor) => Results,
): () => Training {
  return () => {
    const generator = new Generator(5);
    const model = new Sequential(
      new Linear(6, 8, { generator }),
      new ReLU(),
      new Linear(8, 4, { generator }),
    );
    const optimizer = make(model);
    return {
      step: (x, y) => step(optimizer, model, x, y),
      variables: () => model.parameters(),
      dispose: () => {
        optimizer.dispose();
        model.dispose();
      },
    };
  };
}

describeBackends(
  'a captured step',
  () => {
    it.each(Object.entries(OPTIMIZERS))('of minimize with options is replayed, %s', (_, make) => {
      const clipped = training(make, (optimizer, model, x, y) => {
        const { aux, ...rest } = optimizer.minimize(
          () => {
            const logits = model.forward(x);
            return { loss: crossEntropy(logits, y), aux: { logits } };
          },
          { clipGradNorm: 0.5, gradNorm: true, aux: true },
        );
        return { ...rest, ...aux };
      });
      expectSameTraining(clipped, batches(12));
    });

    it.each(Object.entries(OPTIMIZERS))('of several parts of a batch is replayed, %s', (_, make) => {
      const accumulated = training(make, (optimizer, model, x, y) => {
        const [first, second] = tf.split(x, [2, 3]);
        const [ofFirst, ofSecond] = tf.split(y, [2, 3]);
        const parts = [
          { x: first!, y: ofFirst! },
          { x: second!, y: ofSecond! },
        ];
        return optimizer.minimize(
          (part: { x: tf.Tensor; y: tf.Tensor }) => {
            const losses = tf.logSoftmax(model.forward(part.x));
            const hot = tf.oneHot(part.y, 4);
            return { sum: tf.neg<tf.Scalar>(tf.sum(tf.mul(losses, hot))), count: countLabels(part.y) };
          },
          { accumulate: parts, clipGradValue: 0.1 },
        );
      });
      expectSameTraining(accumulated, batches(12));
    });
  },
  { backends: ['tensorflow', 'native'] },
);

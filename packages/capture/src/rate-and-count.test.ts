import * as tf from '@tensorflow/tfjs';
import { freshScalar } from '@trainkit/kernels/capture';
import { crossEntropy, Linear } from '@trainkit/nn';
import { AdamW, combine, cosine, type LearningRate } from '@trainkit/optimizers';
import { Generator } from '@trainkit/random';
import { describeBackends } from '@trainkit/testing';
import { describe, expect, it } from 'vitest';
import { batches, expectSameTraining, type Training } from '../fixtures/twins.js';

/** The learning rate and the number of updates of an optimizer. */
type Read = { readonly learningRate: number; readonly iterations: number };

/** A training that returns what `read` makes of its optimizer, before and after the update. */
function training(
  learningRate: LearningRate,
  read: (optimizer: Read) => tf.Tensor,
  { isCombined = false }: { isCombined?: boolean } = {},
): () => Training {
  return () => {
    const layer = new Linear(6, 4, { generator: new Generator(1) });
    const alone = new AdamW(layer.namedParameters(), { learningRate });
    const optimizer = isCombined ? combine([alone]) : alone;
    return {
      step: (x, y) => {
        const before = read(optimizer);
        const loss = optimizer.minimize(() => crossEntropy(layer.forward(x), y), true);
        return { loss, before, after: read(optimizer) };
      },
      variables: () => layer.parameters(),
      dispose: () => {
        optimizer.dispose();
        layer.dispose();
      },
    };
  };
}

const SCHEDULE = cosine(0.1, { steps: 40 });

describeBackends(
  'the rate and the count that a captured step reads',
  () => {
    describe.each([
      { title: 'of one optimizer', isCombined: false },
      { title: 'of combined optimizers', isCombined: true },
    ])('$title', (options) => {
      it('follow the schedule by freshScalar, over 30 replayed steps', () => {
        const rates = (optimizer: Read) => freshScalar(() => optimizer.learningRate);
        expectSameTraining(training(SCHEDULE, rates, options), batches(30));
        const counts = (optimizer: Read) => freshScalar(() => optimizer.iterations);
        expectSameTraining(training(SCHEDULE, counts, options), batches(30));
      });

      it('are those of the plain step as numbers, where the reason says what to write', () => {
        for (const name of ['learningRate', 'iterations'] as const) {
          const make = training(SCHEDULE, (optimizer) => tf.scalar(optimizer[name]), options);
          const { told } = expectSameTraining(make, batches(30), { replays: false });
          expect(told).toHaveLength(1);
          expect(told[0]).toContain(`it was optimizer.${name} `);
          expect(told[0]).toContain(
            `; read it as freshScalar(() => optimizer.${name}) of @trainkit/kernels/capture`,
          );
        }
      });

      it('are replayed as numbers where they stay', () => {
        const rates = (optimizer: Read) => tf.scalar(optimizer.learningRate);
        expectSameTraining(training(0.05, rates, options), batches(30));
      });
    });

    it('are those of the plain step where the rate changes after the update', () => {
      const rates = (optimizer: Read) => tf.scalar(optimizer.learningRate);
      expectSameTraining(
        training((step) => (step < 15 ? 0.1 : 0.05), rates),
        batches(30),
      );
    });
  },
  { backends: ['tensorflow', 'native'] },
);

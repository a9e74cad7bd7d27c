import { expect, it } from 'vitest';
import { figuresOf, tailSteps } from './figures.js';
import type { Metrics } from './metrics.js';

const train = (losses: readonly number[]): Metrics['train'] =>
  losses.map((loss, i) => ({ step: i + 1, train_loss: loss, train_accuracy: 0, learning_rate: 1 }));

const test = (losses: readonly number[]): Metrics['test'] =>
  losses.map((loss, i) => ({ step: 50 * (i + 1), test_loss: loss, test_accuracy: 1 - loss }));

it('computes the mean of the last hundred losses, or of all if there are fewer', () => {
  const losses = [...new Array<number>(100).fill(7), ...new Array<number>(100).fill(1)];
  expect(figuresOf({ train: train(losses), test: test([0.5]) })?.tailTrainLoss).toBe(1);
  expect(figuresOf({ train: train([3, 1]), test: test([0.5]) })?.tailTrainLoss).toBe(2);
  expect([tailSteps(20), tailSteps(3000)]).toEqual([20, 100]);
});

it('finds the best evaluation, the earliest of equal ones', () => {
  expect(figuresOf({ train: train([2, 1]), test: test([0.4, 0.25, 0.25, 0.5]) })).toEqual({
    firstTrainLoss: 2,
    lastTrainLoss: 1,
    tailTrainLoss: 1.5,
    testLoss: 0.5,
    testAccuracy: 0.5,
    best: { step: 100, loss: 0.25, accuracy: 0.75 },
  });
});

it('uses the evaluation that counts, even if it is not the last', () => {
  const metrics = { train: train([2]), test: test([0.25, 0.5]) };
  expect(figuresOf(metrics, metrics.test[0])).toMatchObject({ testLoss: 0.25, testAccuracy: 0.75 });
});

it('has no figures of a run that was not trained or not evaluated', () => {
  expect(figuresOf({ train: [], test: test([1]) })).toBeNull();
  expect(figuresOf({ train: train([1]), test: [] })).toBeNull();
});

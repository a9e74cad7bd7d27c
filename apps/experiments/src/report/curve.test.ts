import { expect, it } from 'vitest';
import { SGD_RUN } from '../sections/6-experiments/runs.js';
import { fakeResult } from '../testing/fake-result.js';
import { curveRecord, gapsOf } from './curve.js';

const metricsOf = (losses: number[], tests = [{ step: losses.length, test_loss: 1, test_accuracy: 0.5 }]) =>
  fakeResult(SGD_RUN, { losses, tests }).metrics;

it('keeps every step of a short run', () => {
  expect(curveRecord(metricsOf([3, 2, 1]))).toEqual({
    window: 1,
    stride: 1,
    steps: [1, 2, 3],
    stepLoss: [3, 2, 1],
    loss: [3, 2, 1],
    accuracy: [0.5, 0.5, 0.5],
  });
});

it('thins a long run to its chart, with the first and the last step', () => {
  const { steps, loss, stepLoss, stride, window } = curveRecord(
    metricsOf(Array.from({ length: 1000 }, (_, index) => index)),
  );
  expect([stride, window]).toEqual([5, 25]);
  expect(steps).toHaveLength(201);
  expect([steps[0], steps[1], steps.at(-1)]).toEqual([1, 6, 1000]);
  expect([stepLoss.at(-1), loss.at(-1)]).toEqual([999, 987]);
});

it('has the gap to the mean of the last hundred train losses at each evaluation', () => {
  const losses = [...new Array<number>(100).fill(1), ...new Array<number>(100).fill(0.5)];
  const tests = [50, 150, 200].map((step) => ({ step, test_loss: 2, test_accuracy: 0.5 }));
  expect(gapsOf(metricsOf(losses, tests))).toEqual([1, 1.25, 1.5]);
});

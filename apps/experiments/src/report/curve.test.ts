import { expect, it } from 'vitest';
import { SGD_RUN, TUNED_SGD_RUN } from '../sections/6-experiments/runs.js';
import { fakeResult, SAMPLE } from '../testing/fake-result.js';
import { curveOf, titlesOf } from './curve.js';

it("has PyTorch's evaluations of the same seed, if they were recorded", () => {
  const curves = [
    curveOf(fakeResult(SGD_RUN, { data: SAMPLE })),
    curveOf(fakeResult(SGD_RUN, { data: SAMPLE, seed: 77n })),
    curveOf(fakeResult(TUNED_SGD_RUN, { data: SAMPLE })),
  ];
  expect(curves.map(({ pytorch }) => pytorch.length)).toEqual([6, 0, 0]);
  expect(curves[0]?.pytorch.at(-1)).toMatchObject({ step: 300, accuracy: 0.821 });
  expect(titlesOf(curves)).toEqual(['SGD', 'SGD', 'Tuned SGD']);
});

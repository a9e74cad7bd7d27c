import { describeBackends } from '@trainkit/testing';
import { expect, it } from 'vitest';
import { contours, valleyPaths } from './valley.js';

describeBackends('valleyPaths', () => {
  it('ends where torch.optim ends', () => {
    // The losses after 40 and 60 steps that torch.optim 2.15 gives from the same place, to five decimals.
    const torch = { SGD: [0.39351, 0.11636], 'SGD, momentum 0.8': [0.00144, 0], AdamW: [0.23785, 0.00887] };
    const losses = valleyPaths(60).map(({ title, places }) => [
      title,
      [40, 60].map((step) => Number(places[step]?.loss.toFixed(5))),
    ]);
    expect(Object.fromEntries(losses)).toEqual(torch);
  });

  it('has one place more than steps, the first of them common', () => {
    const paths = valleyPaths(3);
    expect(paths.map(({ places }) => places.length)).toEqual([4, 4, 4]);
    expect(new Set(paths.map(({ places }) => JSON.stringify(places[0]))).size).toBe(1);
  });
});

it('contours are closed and lie at their height', () => {
  for (const { title, places } of contours([0.25, 10])) {
    const [first, last] = [places[0], places.at(-1)];
    expect(last?.x).toBeCloseTo(first?.x ?? Number.NaN, 12);
    expect(last?.y).toBeCloseTo(first?.y ?? Number.NaN, 12);
    expect(places.every(({ loss }) => String(loss) === title)).toBe(true);
  }
});

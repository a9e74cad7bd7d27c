import { describeBackends } from '@trainkit/testing';
import { expect, it } from 'vitest';
import { contours, valleyPaths } from './valley.js';

describeBackends('valleyPaths', () => {
  it('ends where torch.optim ends', () => {
    // Losses of torch.optim 2.15 after 40 and 60 steps from the same start, to five decimals.
    const torch = { SGD: [0.39351, 0.11636], 'SGD, momentum 0.8': [0.00144, 0], AdamW: [0.23785, 0.00887] };
    const losses = valleyPaths(60).map(({ title, points }) => [
      title,
      [40, 60].map((step) => Number(points[step]?.loss.toFixed(5))),
    ]);
    expect(Object.fromEntries(losses)).toEqual(torch);
  });

  it('has one point more than steps, and a common first point', () => {
    const paths = valleyPaths(3);
    expect(paths.map(({ points }) => points.length)).toEqual([4, 4, 4]);
    expect(new Set(paths.map(({ points }) => JSON.stringify(points[0]))).size).toBe(1);
  });
});

it('contours are closed and have their height', () => {
  for (const { title, points } of contours([0.25, 10])) {
    const [first, last] = [points[0], points.at(-1)];
    expect(last?.x).toBeCloseTo(first?.x ?? Number.NaN, 12);
    expect(last?.y).toBeCloseTo(first?.y ?? Number.NaN, 12);
    expect(points.every(({ loss }) => String(loss) === title)).toBe(true);
  }
});

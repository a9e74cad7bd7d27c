import { describe, expect, it } from 'vitest';
import { linearScale, logScale, position, stepScale } from './scale.js';

describe('logScale', () => {
  it.each([
    ['many powers of ten', [0.003, 20], [0.001, 0.01, 0.1, 1, 10, 100]],
    ['about two powers', [0.03, 2.6], [0.03, 0.1, 0.3, 1, 3]],
    ['about one power', [0.45, 2.4], [0.2, 0.5, 1, 2, 5]],
    ['a factor of two', [0.9, 2.1], [0.7, 1, 1.5, 2, 3]],
    ['hardly a difference', [0.82, 0.9], [0.82, 0.84, 0.86, 0.88, 0.9]],
  ])('has ticks for %s', (_name, values, ticks) => {
    expect(logScale(values)).toEqual({
      kind: 'log',
      domain: [ticks[0], ticks.at(-1)],
      ticks,
    });
  });

  it('ignores values that it cannot show, and accepts a single value', () => {
    expect(logScale([0, Number.NaN, 0.03, 2.6])).toEqual(logScale([0.03, 2.6]));
    const { domain } = logScale([2.3]);
    expect(domain[0]).toBeLessThan(2.3);
    expect(domain[1]).toBeGreaterThan(2.3);
    expect(logScale([]).ticks.length).toBeGreaterThan(1);
  });
});

describe('linear scales', () => {
  it('begin and end at round numbers', () => {
    expect(linearScale([0.713, 0.864]).ticks).toEqual([0.7, 0.75, 0.8, 0.85, 0.9]);
    expect(linearScale([0.4, 1.7], { zero: true }).ticks).toEqual([0, 0.5, 1, 1.5, 2]);
    expect(linearScale([-0.12, 0.3]).domain).toEqual([-0.2, 0.3]);
  });

  it('have whole ticks for steps, and end with the last step', () => {
    expect(stepScale([1, 47])).toEqual({ kind: 'linear', domain: [0, 47], ticks: [0, 10, 20, 30, 40] });
    expect(stepScale([1])).toEqual({ kind: 'linear', domain: [0, 1], ticks: [0, 1] });
  });
});

it('position: 0 and 1 at the ends, the geometric mean in the middle of a logarithmic scale', () => {
  const scale = { kind: 'log', domain: [0.1, 10], ticks: [] } as const;
  expect([0.1, 1, 10].map((value) => position(scale, value))).toEqual([0, expect.closeTo(0.5, 12), 1]);
  expect(position({ ...scale, kind: 'linear', domain: [2, 4] }, 3)).toBe(0.5);
});

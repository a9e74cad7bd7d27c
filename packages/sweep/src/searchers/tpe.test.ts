import { describe, expect, it } from 'vitest';
import { uniform } from '../space/builders.js';
import { observationWeights, Parzen } from './parzen.js';
import { TpeSearcher } from './tpe.js';

const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;
describe('TpeSearcher', () => {
  it('leaves where trials fail', () => {
    const searcher = new TpeSearcher({ x: uniform(0, 1) }, { trials: 60, seed: 0 });
    let late = 0;
    for (let next = searcher.ask(); next !== null; next = searcher.ask()) {
      const x = Number(next.config['x']);
      searcher.tell(next.trial, x > 0.5 ? null : x);
      if (next.trial >= 30 && x > 0.5) late++;
    }
    // At random 15 of the last 30 would.
    expect(late).toBeLessThan(4);
  });

  it('goes by the largest number of steps that enough trials have reached', () => {
    const searcher = new TpeSearcher(
      { x: uniform(0, 1) },
      { trials: 60, seed: 0, steps: 9, startupTrials: 5 },
    );
    // After one step the values tempt to 0, after nine to 1.
    for (let trial = 0; trial < 40; trial++) {
      const x = Number(searcher.ask()!.config['x']);
      searcher.tell(trial, x, 1);
      if (trial < 20) searcher.tell(trial, -x, 9);
    }
    const late = Array.from({ length: 20 }, () => Number(searcher.ask()!.config['x']));
    expect(mean(late)).toBeGreaterThan(0.7);
  });
});

describe('a density', () => {
  it.each([[[]], [[0.5]], [[0, 1, 0.99, 0.2]]])(
    'of the numbers %j integrates to 1 and is drawn from',
    (observations) => {
      const parzen = new Parzen(
        observations.map((x) => [x]),
        [{ low: 0, high: 1, step: 0 }],
      );
      const n = 4000;
      const points = Array.from({ length: n }, (_, i) => (i + 0.5) / n);
      const masses = points.map((x) => Math.exp(parzen.logDensity([x])) / n);
      // The midpoint rule on 4000 points of kernels at least a hundredth wide.
      expect(masses.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 5);
      const drawn = points.map((u, i) => parzen.draw([(i * 0.6180339887498949) % 1, u])[0]!);
      const expected = masses.reduce((sum, mass, i) => sum + mass * points[i]!, 0);
      expect(Math.abs(mean(drawn) - expected)).toBeLessThan(0.01);
    },
  );

  it.each([[[]], [[3, 3, 6]]])('of the whole numbers %j sums to 1 over its values', (observations) => {
    const parzen = new Parzen(
      observations.map((x) => [x]),
      [{ low: 0, high: 9, step: 3 }],
    );
    const sum = [0, 3, 6, 9].reduce((total, x) => total + Math.exp(parzen.logDensity([x])), 0);
    expect(sum).toBeCloseTo(1, 12);
    expect([0.01, 0.5, 0.99].every((u) => [0, 3, 6, 9].includes(parzen.draw([0.5, u])[0]!))).toBe(true);
  });

  it('of categories sums to 1, and has each', () => {
    const parzen = new Parzen([[0], [0], [2]], [{ categories: 3 }]);
    const masses = [0, 1, 2].map((k) => Math.exp(parzen.logDensity([k])));
    expect(masses.reduce((a, b) => a + b)).toBeCloseTo(1, 12);
    expect(masses[0]).toBeGreaterThan(masses[2]!);
    expect(masses[1]).toBeGreaterThan(0.1);
    expect([0, 0.999].map((u) => parzen.draw([0, u])[0])).toEqual([0, 2]);
  });

  it('of several parameters knows which values come together', () => {
    const domains = [{ categories: 2 }, { low: 0, high: 1, step: 0 }];
    const parzen = new Parzen(
      [
        [0, 0.1],
        [0, 0.1],
        [0, 0.1],
        [1, 0.9],
        [1, 0.9],
        [1, 0.9],
      ],
      domains,
    );
    const at = (category: number, x: number) => Math.exp(parzen.logDensity([category, x]));
    expect(at(0, 0.1) / at(0, 0.9)).toBeGreaterThan(3);
    expect(at(1, 0.9) / at(1, 0.1)).toBeGreaterThan(3);
    const n = 500;
    const total = [0, 1].flatMap((k) => Array.from({ length: n }, (_, i) => at(k, (i + 0.5) / n) / n));
    expect(total.reduce((a, b) => a + b)).toBeCloseTo(1, 5);
  });

  it('weighs the newest 25 observations alike, older ones less, and the prior as one', () => {
    expect([...observationWeights(2)]).toEqual([1 / 3, 1 / 3, 1 / 3]);
    const weights = observationWeights(30);
    expect(weights.reduce((a, b) => a + b)).toBeCloseTo(1, 12);
    expect(weights[0]! / weights[30]!).toBeCloseTo(1 / 30, 12);
    expect(weights[4]).toBe(weights[29]);
    expect(weights[2]).toBeLessThan(weights[3]!);
  });
});

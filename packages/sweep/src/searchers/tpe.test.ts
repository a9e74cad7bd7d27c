import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { choice, conditional, int, logUniform, uniform } from '../space/builders.js';
import type { Config, Space } from '../space/space.js';
import { observationWeights, Parzen } from './parzen.js';
import { TpeSearcher } from './tpe.js';

interface Problem {
  trials: number;
  best: number;
  regrets: number[];
}
const goldens: { problems: Record<string, Problem> } = JSON.parse(readFileSync('goldens/tpe.json', 'utf8'));

const HARTMANN_A = [
  [10, 3, 17, 3.5, 1.7, 8],
  [0.05, 10, 17, 0.1, 8, 14],
  [3, 3.5, 1.7, 10, 17, 8],
  [17, 8, 0.05, 10, 0.1, 14],
];
const HARTMANN_P = [
  [1312, 1696, 5569, 124, 8283, 5886],
  [2329, 4135, 8307, 3736, 1004, 9991],
  [2348, 1451, 3522, 2883, 3047, 6650],
  [4047, 8828, 8732, 5743, 1091, 381],
];

const number = (config: Config, name: string) => Number(config[name]);

function branin(config: Config): number {
  const [x, y] = [number(config, 'x'), number(config, 'y')];
  const inner = y - (5.1 / (4 * Math.PI ** 2)) * x * x + (5 / Math.PI) * x - 6;
  return inner ** 2 + 10 * (1 - 1 / (8 * Math.PI)) * Math.cos(x) + 10;
}

function hartmann(config: Config): number {
  const terms = HARTMANN_A.map((row, k) =>
    row.reduce((sum, a, i) => sum + a * (number(config, `x${i}`) - HARTMANN_P[k]![i]! * 1e-4) ** 2, 0),
  );
  return -[1, 1.2, 3, 3.2].reduce((sum, alpha, k) => sum + alpha * Math.exp(-terms[k]!), 0);
}

function rosenbrock(config: Config): number {
  const [x, y] = [number(config, 'x'), number(config, 'y')];
  return 100 * (y - x * x) ** 2 + (1 - x) ** 2;
}

function mixed(config: Config): number {
  const kind = String(config['kind']);
  const [center, base] = { adamw: [-3, 0.1], sgd: [-1, 0.05], rmsprop: [-3.5, 0.3] }[kind]!;
  const bonus = kind === 'sgd' ? (number(config, 'momentum') - 0.9) ** 2 : 0;
  const distance = Math.log10(number(config, 'rate')) - center!;
  return base! + 0.2 * distance ** 2 + 0.02 * Math.abs(number(config, 'layers') - 4) + bonus;
}

const noise = (trial: number) => 5 * (2 * ((trial * 0.6180339887498949) % 1) - 1);

/**
 * The problems of `goldens/make.py`: the space, the value without noise, and the noise of a trial.
 */
const PROBLEMS: Record<
  string,
  [space: Space, value: (config: Config) => number, noise: (trial: number) => number]
> = {
  branin: [{ x: uniform(-5, 10), y: uniform(0, 15) }, branin, () => 0],
  hartmann6: [Object.fromEntries([0, 1, 2, 3, 4, 5].map((i) => [`x${i}`, uniform(0, 1)])), hartmann, () => 0],
  rosenbrock: [{ x: uniform(-2, 2), y: uniform(-1, 3) }, rosenbrock, () => 0],
  mixed: [
    {
      kind: choice(['adamw', 'sgd', 'rmsprop']),
      rate: logUniform(1e-6, 1),
      layers: int(1, 8),
      momentum: conditional({ kind: 'sgd' }, uniform(0, 0.99)),
    },
    mixed,
    () => 0,
  ],
  noisy: [{ x: uniform(-5, 10), y: uniform(0, 15) }, branin, noise],
};

/** The value without noise of the trial that looks best, above the smallest there is. */
function regretOf(name: string, seed: number, sign: 1 | -1): number {
  const [space, value, noiseOf] = PROBLEMS[name]!;
  const { trials, best } = goldens.problems[name]!;
  const searcher = new TpeSearcher(space, { trials, seed, mode: sign === 1 ? 'min' : 'max' });
  let [least, regret] = [Infinity, Infinity];
  for (let next = searcher.ask(); next !== null; next = searcher.ask()) {
    const told = value(next.config) + noiseOf(next.trial);
    searcher.tell(next.trial, sign * told);
    if (told < least) [least, regret] = [told, value(next.config) - best];
  }
  return regret;
}

const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;
const variance = (values: readonly number[]) =>
  values.reduce((sum, each) => sum + (each - mean(values)) ** 2, 0) / (values.length - 1);

describe('TpeSearcher', () => {
  // The rule: the difference of the two means over 20 seeds is at most twice its standard error, so
  // that Optuna against itself with 20 other seeds would be refused once in 40 times. A smaller
  // regret than Optuna's is no failure.
  it.each(Object.keys(PROBLEMS))('has a simple regret within the spread of that of Optuna on %s', (name) => {
    const optuna = goldens.problems[name]!.regrets;
    const ours = optuna.map((_, seed) => regretOf(name, seed, 1));
    const error = Math.sqrt((variance(ours) + variance(optuna)) / optuna.length);
    expect(Math.min(...ours)).toBeGreaterThanOrEqual(-1e-9);
    expect(mean(ours) - mean(optuna), `${mean(ours)} against ${mean(optuna)}`).toBeLessThanOrEqual(2 * error);
  });

  it('maximizes as it minimizes', () => {
    expect(regretOf('branin', 3, -1)).toBe(regretOf('branin', 3, 1));
  });

  it('leaves where trials fail', () => {
    const searcher = new TpeSearcher({ x: uniform(0, 1) }, { trials: 60, seed: 0 });
    let late = 0;
    for (let next = searcher.ask(); next !== null; next = searcher.ask()) {
      const x = number(next.config, 'x');
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
      const x = number(searcher.ask()!.config, 'x');
      searcher.tell(trial, x, 1);
      if (trial < 20) searcher.tell(trial, -x, 9);
    }
    const late = Array.from({ length: 20 }, () => number(searcher.ask()!.config, 'x'));
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

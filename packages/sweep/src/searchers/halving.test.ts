import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { uniform } from '../space/builders.js';
import { AshaSearcher } from './asha.js';
import { HyperbandSearcher } from './hyperband.js';
import { RandomSearcher } from './random.js';
import type { Searcher, Suggestion } from './searcher.js';

const configs = (trials: number, seed = 0) => new RandomSearcher({ x: uniform(0, 1) }, { trials, seed });
const asha = (trials: number, options = {}) =>
  new AshaSearcher(configs(trials), { minSteps: 1, maxSteps: 9, reduction: 3, ...options });

/** Asks and tells one after another, and returns the steps that each trial reached. */
function search(searcher: Searcher, loss: (next: Suggestion) => number | null): number[] {
  const steps: number[] = [];
  for (let next = searcher.ask(); next !== null; next = searcher.ask()) {
    searcher.tell(next.trial, loss(next), next.steps);
    steps[next.trial] = next.steps;
  }
  return steps;
}

describe('AshaSearcher', () => {
  it('has rungs whose steps grow by the reduction, and the last of maxSteps', () => {
    expect(asha(3).rungs).toEqual([1, 3, 9]);
    expect(asha(3, { maxSteps: 10 }).rungs).toEqual([1, 3, 9, 10]);
    expect(asha(3, { minSteps: 9 }).rungs).toEqual([9]);
  });

  it('lets the best third of a rung go on, as soon as it is known', () => {
    const searcher = asha(9);
    const first = [searcher.ask(), searcher.ask(), searcher.ask()].map((each) => each!.trial);
    expect(first).toEqual([0, 1, 2]);
    searcher.tell(0, 3);
    searcher.tell(1, 1);
    expect(searcher.suggest()?.trial).toBe(3);
    searcher.tell(2, 2);
    expect(searcher.ask()).toMatchObject({ trial: 1, steps: 3 });
    expect(searcher.ask()).toMatchObject({ trial: 3, steps: 1 });
  });

  it('lets a trial go on that was overtaken and is among the best again', () => {
    const searcher = asha(6);
    for (let trial = 0; trial < 3; trial++) searcher.ask();
    [5, 4, 3].forEach((loss, trial) => {
      searcher.tell(trial, loss);
    });
    expect(searcher.ask()).toMatchObject({ trial: 2, steps: 3 });
    for (let trial = 3; trial < 6; trial++) searcher.ask();
    [7, 8, 9].forEach((loss, i) => {
      searcher.tell(3 + i, loss);
    });
    expect(searcher.ask()).toMatchObject({ trial: 1, steps: 3 });
  });

  it('never lets a failed trial go on', () => {
    expect(search(asha(9), ({ trial }) => (trial === 4 ? 1 : null))[4]).toBe(3);
    expect(search(asha(9), () => null).every((steps) => steps === 1)).toBe(true);
  });

  it('maximizes', () => {
    const steps = search(asha(9, { mode: 'max' }), ({ trial }) => trial);
    expect(steps[8]).toBe(9);
  });

  it('keeps its laws for any losses and any order of answers', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: 0, max: 20 }), fc.boolean()), { minLength: 200, maxLength: 200 }),
        (draws) => {
          const searcher = asha(40);
          let open: Suggestion[] = [];
          const reached = new Map<number, number[]>([
            [1, []],
            [3, []],
            [9, []],
          ]);
          for (const [loss, isAsked] of draws) {
            const next = isAsked || open.length === 0 ? searcher.ask() : null;
            if (next !== null) {
              // A trial is trained by one at a time, and goes on by one rung.
              expect(open.some(({ trial }) => trial === next.trial)).toBe(false);
              expect(next.steps).toBe(3 * (searcher.trials[next.trial]!.values.at(-1)?.[0] ?? 1 / 3));
              open.push(next);
            } else if (open.length > 0) {
              const [done, ...others] = open.sort((a, b) => a.steps - b.steps);
              searcher.tell(done!.trial, loss, done!.steps);
              reached.get(done!.steps)!.push(done!.trial);
              open = others;
            }
            for (const [low, high] of [
              [1, 3],
              [3, 9],
            ] as const) {
              const going = searcher.trials.filter(({ steps }) => steps >= high).length;
              // At a promotion the trial is among the best third; those that came later may push it
              // down, never out of a third of all.
              expect(going).toBeLessThanOrEqual(reached.get(low)!.length);
            }
          }
        },
      ),
      { numRuns: 50 },
    );
  });

  it('costs a fraction of the full search, and finds as good a config where early losses tell', () => {
    const loss = ({ config, steps }: Suggestion) => Math.abs(Number(config['x']) - 0.3) + 1 / steps;
    const steps = search(new AshaSearcher(configs(81), { minSteps: 1, maxSteps: 81 }), loss);
    const all = search(configs(81), ({ config }) => Math.abs(Number(config['x']) - 0.3));
    expect(all.length).toBe(81);
    expect(steps.reduce((a, b) => a + b)).toBeLessThan((81 * 81) / 10);
    const distances = configs(81);
    const xs = Array.from({ length: 81 }, () => Math.abs(Number(distances.ask()!.config['x']) - 0.3));
    expect(Math.min(...xs.filter((_, trial) => steps[trial] === 81))).toBe(Math.min(...xs));
  });
});

describe('HyperbandSearcher', () => {
  it('begins trials at all rungs, most at the first, in the proportions of Hyperband', () => {
    const searcher = new HyperbandSearcher(configs(220), { minSteps: 1, maxSteps: 27, reduction: 3 });
    const first = new Map<number, number>();
    for (let next = searcher.ask(); next !== null; next = searcher.ask()) {
      if (searcher.trials[next.trial]!.values.length === 0)
        first.set(next.steps, (first.get(next.steps) ?? 0) + 1);
      searcher.tell(next.trial, Number(next.config['x']), next.steps);
    }
    // Hyperband's brackets for R = 27, η = 3: 27, 12, 6 and 4 configs, of 49.
    for (const [steps, size] of [
      [1, 27],
      [3, 12],
      [9, 6],
      [27, 4],
    ] as const) {
      expect(Math.abs(first.get(steps)! - (220 * size) / 49), `${steps} steps`).toBeLessThan(1.5);
    }
  });

  it('lets trials go on within their bracket alone', () => {
    const steps = search(new HyperbandSearcher(configs(40), { minSteps: 1, maxSteps: 9 }), ({ config }) =>
      Number(config['x']),
    );
    expect(steps.filter((each) => each === 9).length).toBeGreaterThan(2);
    expect(steps.filter((each) => each === 1).length).toBeGreaterThan(10);
  });

  it('is ASHA with one rung', () => {
    expect(search(new HyperbandSearcher(configs(5), { minSteps: 4, maxSteps: 4 }), () => 0)).toEqual([
      4, 4, 4, 4, 4,
    ]);
  });
});

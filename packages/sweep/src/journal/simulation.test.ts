import { describe, expect, it } from 'vitest';
import { resultOf, Simulation, type Trouble } from '../../fixtures/simulation.js';
import { defineSweep } from '../definition/define-sweep.js';
import type { Sweep } from '../definition/sweep.js';
import { uniform } from '../space/builders.js';

const base = { name: 'simulated', target: 'none.js', space: { x: uniform(0, 1) } };
const random = (trials: number) => defineSweep({ ...base, search: { type: 'random', trials }, steps: 9 });
const asha = (trials: number): Sweep =>
  defineSweep({
    ...base,
    search: { type: 'random', trials },
    steps: 9,
    halving: { type: 'asha', minSteps: 1 },
    seeds: [0, 1],
  });

const TROUBLE: Trouble = { life: 300, pauses: 200, doubles: 0.2, clockSteps: 50 };
const PEACE: Trouble = { life: Infinity, pauses: Infinity, doubles: 0, clockSteps: Infinity };

function simulate(sweep: Sweep, workers: number, trouble: Trouble, seed: number): Simulation {
  const simulation = new Simulation(sweep, workers, trouble, seed);
  simulation.run();
  return simulation;
}

/** The results of all runs: what a user sees of the sweep. */
function resultsOf({ view }: Simulation): Map<string, unknown> {
  return new Map(
    [...view.state.runs]
      .map(([run, { values }]) => [run, values] as const)
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
}

describe('a sweep of 10,000 runs on 200 workers that die, sleep, write late and twice, and whose clocks jump', () => {
  it('holds its invariants after every event, and ends as an undisturbed one', () => {
    const simulation = simulate(random(10_000), 200, TROUBLE, 1);
    const { deaths, pauses, doubles, lostClaims, conflicts, clockSteps } = simulation.counts;
    // The trouble took place.
    expect(
      Math.min(deaths, pauses, doubles, lostClaims, clockSteps),
      JSON.stringify(simulation.counts),
    ).toBeGreaterThan(200);
    expect(conflicts).toBeGreaterThan(1000);
    expect(simulation.view.state.runs.size).toBe(10_000);
    const undisturbed = simulate(random(10_000), 200, PEACE, 2);
    expect(undisturbed.counts).toMatchObject({ deaths: 0, pauses: 0, doubles: 0, lostClaims: 0 });
    expect(resultsOf(simulation)).toEqual(resultsOf(undisturbed));
    // Four times as long would mean that most of the work is lost.
    expect(simulation.seconds).toBeLessThan(4 * undisturbed.seconds);
  });

  it('is the same for the same seed', () => {
    const [first, second, third] = [3, 3, 4].map((seed) => simulate(random(500), 20, TROUBLE, seed).digest);
    expect(second).toBe(first);
    expect(third).not.toBe(first);
  });
});

it.each([1, 2, 3, 4])('promotes trials with two seeds and loses none, in trouble too: seed %i', (seed) => {
  const { view } = simulate(asha(300), 30, TROUBLE, seed);
  expect(view.state.trials.length).toBe(300);
  const top = view.state.trials.filter(({ steps }) => steps === 9);
  // A ninth of 300 trials, and those that were among the best for a while.
  expect(top.length).toBeGreaterThanOrEqual(33);
  expect(top.length).toBeLessThan(100);
  for (const { config, steps, values } of view.state.trials) {
    expect(values.at(-1)).toEqual([steps, (resultOf(config, 0, steps) + resultOf(config, 1, steps)) / 2]);
  }
});

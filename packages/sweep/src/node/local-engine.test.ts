import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { LocalEngine, openSweep, submitSweep, work } from '@trainkit/sweep/node';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { SweepDefinition } from '../definition/sweep.js';
import { choice, uniform } from '../space/builders.js';

let root = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'sweep-engine-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const target = fileURLToPath(new URL('../../fixtures/target.js', import.meta.url));
const base: SweepDefinition = {
  name: 'small',
  target,
  space: { x: choice([1]) },
  search: { type: 'grid' },
  steps: 2,
};

async function run(change: Partial<SweepDefinition>, options = {}, beatSeconds = 0.1) {
  const folder = join(root, 'sweep');
  submitSweep(folder, { ...base, ...change }, { from: root, beatSeconds });
  const engine = new LocalEngine({ workers: 1, ...options });
  engine.wake(folder);
  await engine.settled();
  const { state } = openSweep(folder).read();
  return { folder, state, runs: [...state.runs.values()] };
}

describe('LocalEngine', () => {
  it('continues the runs that ASHA promotes, so that a rung costs only the difference', async () => {
    const { folder, runs, state } = await run({
      space: { x: uniform(0, 1) },
      search: { type: 'random', trials: 4 },
      halving: { type: 'asha', minSteps: 2, reduction: 2 },
      steps: 8,
    });
    expect(state.trials.map(({ steps }) => steps).sort()).toEqual([2, 2, 4, 8]);
    for (const { run: name, steps } of runs) {
      const starts = readFileSync(join(folder, 'runs', name, 'starts.txt'), 'utf8')
        .trim()
        .split('\n')
        .map(Number);
      expect(starts).toEqual([0, 2, 4].filter((start) => start < steps));
    }
  });

  it('tries again what failed, and gives it up after some failures, with the reason', async () => {
    const { runs, state } = await run({ space: { x: choice([1]), fails: choice([2, 3]) } });
    expect(runs.map(({ status, failures, reason }) => [status, failures, reason])).toEqual([
      ['done', 2, 'start 2 fails'],
      ['failed', 3, 'start 3 fails'],
    ]);
    expect(state.trials[1]?.values).toEqual([[2, null]]);
  });

  it('beats while a run computes without a pause for longer than a lease', async () => {
    const { runs } = await run({ base: { blocks: 5000 } }, { workers: 2 }, 0.4);
    expect(runs).toMatchObject([{ status: 'done', deaths: 0, attempt: 1 }]);
  });

  it.each([
    [
      'export const train = 1;',
      'exports no function run; expected run(config, context). Write export async function run(',
    ],
    [
      "export const run = () => 'good';",
      'run: the result is "good"; expected a number, or null where the run was stopped.',
    ],
    ['process.exit(3);', 'The process of the run ended with exit code 3'],
    [
      "export const run = () => process.kill(process.pid, 'SIGKILL');",
      'The process of the run ended by SIGKILL',
    ],
    ['syntax error', 'Unexpected'],
  ])('says why a target fails: %s', async (text, reason) => {
    writeFileSync(join(root, 'wrong.mjs'), text);
    const { runs } = await run({ target: 'wrong.mjs', retries: 0 });
    expect(runs[0]).toMatchObject({ status: 'failed', failures: 1 });
    expect(runs[0]?.reason).toContain(reason);
  });

  it('has null for a run that diverges', async () => {
    writeFileSync(join(root, 'nan.mjs'), 'export const run = () => Number.NaN;');
    const { runs } = await run({ target: 'nan.mjs' });
    expect(runs[0]).toMatchObject({ status: 'done', values: [[2, null]] });
  });

  it('gives runs back once its time is over', async () => {
    const { runs } = await run({ steps: 100_000 }, { maxTime: 3 });
    expect(runs[0]).toMatchObject({ status: 'waiting', worker: null, deaths: 0, failures: 0 });
    expect(runs[0]?.report?.step).toBeGreaterThan(1);
  });

  it('reports the error of a worker, and starts no other for it', async () => {
    const folder = join(root, 'sweep');
    writeFileSync(join(root, 'train.mjs'), 'export const run = () => 1;');
    submitSweep(folder, { ...base, target: 'train.mjs' }, { from: root });
    writeFileSync(join(root, 'train.mjs'), 'export const run = () => 2;');
    const engine = new LocalEngine({ workers: 1 });
    engine.wake(folder);
    await expect(engine.settled()).rejects.toThrow('has changed since the sweep was submitted');
    await expect(work(folder)).rejects.toThrow('has changed since the sweep was submitted');
  });

  it('starts no more than the machine holds', () => {
    expect(new LocalEngine().workers).toBeLessThanOrEqual(availableParallelism());
    expect(new LocalEngine({ cores: 1000 }).workers).toBe(1);
    expect(new LocalEngine({ workers: 100_000, memory: 64 }).workers).toBeLessThan(100_000);
    expect(() => new LocalEngine({ memory: 1e9 })).toThrow(
      /^LocalEngine: memory is 1000000000 MB; expected at most the \d+ MB that are free\. Free some, or write \{ memory: \d+ \}\.$/,
    );
  });

  it.each([
    [{ workers: 0 }, 'LocalEngine: workers is 0; expected a whole number of at least 1.'],
    [{ cores: 0 }, 'LocalEngine: cores is 0; expected a finite number above 0.'],
    [{ memory: 0.5 }, 'LocalEngine: memory is 0.5;'],
    [{ maxTime: 0 }, 'LocalEngine: maxTime is 0;'],
    [{ restarts: -1 }, 'LocalEngine: restarts is -1;'],
  ])('refuses %j', (options, message) => {
    expect(() => new LocalEngine(options)).toThrow(message);
  });
});

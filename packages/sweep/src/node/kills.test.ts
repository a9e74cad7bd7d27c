import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { LocalEngine, openSweep, submitSweep } from '@trainkit/sweep/node';
import { afterAll, describe, expect, it } from 'vitest';
import type { SweepDefinition } from '../definition/sweep.js';
import { uniform } from '../space/builders.js';

const fixture = (name: string) => fileURLToPath(new URL(`../../fixtures/${name}`, import.meta.url));
const root = mkdtempSync(join(tmpdir(), 'sweep-kills-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const BEAT = 0.1;
const sweep: SweepDefinition = {
  name: 'killed',
  target: fixture('target.js'),
  space: { x: uniform(0, 1) },
  search: { type: 'random', trials: 5, seed: 4 },
  seeds: [0, 1],
  steps: 12,
  // A worker that dies takes the process of its run with it, which is no failure of the program.
  retries: 0,
};

/** Returns the outcome of a sweep for its user: the results, and the checkpoints byte for byte. */
function outcomeOf(folder: string) {
  const { state } = openSweep(folder).read();
  return [...state.runs.values()]
    .map(({ run, status, seed, config, values, failures }) => ({
      run,
      status,
      seed,
      config,
      values,
      failures,
      checkpoint: readFileSync(join(folder, 'runs', run, 'checkpoint.json'), 'utf8'),
    }))
    .sort((a, b) => (a.run < b.run ? -1 : 1));
}

/** Events of a journal in their order, from the history and the newest texts. */
function eventsIn(folder: string): { type: string; run?: string }[] {
  const files = ['history', 'journal'].flatMap((name) =>
    readdirSync(join(folder, name))
      .filter((file) => file.endsWith('.jsonl') && !file.startsWith('.'))
      .sort()
      .map((file) => join(folder, name, file)),
  );
  return files.flatMap((file) =>
    readFileSync(file, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line)),
  );
}

async function undisturbed(): Promise<ReturnType<typeof outcomeOf>> {
  const folder = join(root, 'undisturbed');
  if (!existsSync(folder)) {
    submitSweep(folder, sweep, { beatSeconds: BEAT });
    const engine = new LocalEngine({ workers: 2 });
    engine.wake(folder);
    await engine.settled();
  }
  return outcomeOf(folder);
}

describe('a sweep in processes', () => {
  it('has the results of its runs, each done once', async () => {
    const outcome = await undisturbed();
    expect(outcome.length).toBe(10);
    expect(
      outcome.every(
        ({ status, values, failures }) => status === 'done' && values.length === 1 && failures === 0,
      ),
    ).toBe(true);
    const done = eventsIn(join(root, 'undisturbed')).filter(({ type }) => type === 'done');
    expect(new Set(done.map(({ run }) => run)).size).toBe(10);
    expect(done.length).toBe(10);
  });

  it('loses and repeats nothing where 20 workers are killed at drawn places', async () => {
    const folder = join(root, 'killed');
    const kills = join(root, 'kills');
    mkdirSync(kills);
    process.env['TRAINKIT_KILLS'] = JSON.stringify({ folder: kills, kills: 30, seed: 11 });
    submitSweep(folder, sweep, { beatSeconds: BEAT });
    const engine = new LocalEngine({
      workers: 3,
      execArgv: ['--import', pathToFileURL(fixture('kill-at.js')).href],
    });
    engine.wake(folder);
    await engine.settled();
    delete process.env['TRAINKIT_KILLS'];
    const places = readdirSync(kills).filter((name) => name.startsWith('killed-'));
    // The sweep may end before the last of them came to their places.
    expect(places.length).toBeGreaterThanOrEqual(20);
    expect(new Set(places.map((name) => readFileSync(join(kills, name), 'utf8'))).size).toBeGreaterThan(4);
    expect(outcomeOf(folder)).toEqual(await undisturbed());
  });

  it('goes on where its submitter is killed, and where it is submitted again', async () => {
    const folder = join(root, 'orphaned');
    for (let i = 0; i < 2; i++) {
      const submitter = spawn(
        process.execPath,
        [fixture('submit.js'), folder, JSON.stringify(sweep), '1', String(BEAT)],
        {
          stdio: ['ignore', 'pipe', 'inherit'],
        },
      );
      await once(submitter.stdout, 'data');
      // Its worker, which outlives it, has to be there.
      while (![...openSweep(folder).read().state.runs.values()].some(({ attempt }) => attempt > 0))
        await sleep(50);
      submitter.kill('SIGKILL');
      await once(submitter, 'close');
    }
    submitSweep(folder, sweep, { beatSeconds: BEAT });
    while (openSweep(folder).read().next('observer') !== 'finished') await sleep(100);
    expect(outcomeOf(folder)).toEqual(await undisturbed());
  });

  it('gives runs back on SIGTERM, and goes on with them', async () => {
    const folder = join(root, 'stopped');
    // Slow enough to be in the middle of a run.
    submitSweep(folder, { ...sweep, base: { pause: 40 } }, { beatSeconds: BEAT });
    const engine = new LocalEngine({ workers: 2 });
    for (let stops = 0; stops < 2; stops++) {
      engine.wake(folder);
      for (let reports = 0; reports < 3; await sleep(20)) {
        const runs = [...openSweep(folder).read().state.runs.values()];
        reports = Math.max(
          0,
          ...runs.map(({ status, report }) => (status === 'claimed' ? (report?.step ?? 0) : 0)),
        );
      }
      await engine.stop();
    }
    expect(eventsIn(folder).filter(({ type }) => type === 'released').length).toBeGreaterThan(0);
    engine.wake(folder);
    await engine.settled();
    const results = (outcome: ReturnType<typeof outcomeOf>) =>
      outcome
        .map(({ config, seed, values, checkpoint }) => JSON.stringify({ config, seed, values, checkpoint }))
        .sort();
    expect(results(outcomeOf(folder))).toEqual(results(await undisturbed()));
  });
});

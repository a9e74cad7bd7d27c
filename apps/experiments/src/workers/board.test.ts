import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { useFastestBackend } from '@trainkit/backend';
import { expect, it } from 'vitest';
import { experimentConfig } from '../config/experiment-config.js';
import { loadData } from '../data.js';
import { ownRun } from '../run-definition.js';
import { tasksOf } from '../tasks.js';
import { Board } from './board.js';

it('tells in one line what is done, what runs, and how long it will be', async () => {
  const out = mkdtempSync(join(tmpdir(), 'board-'));
  const run = ownRun(experimentConfig({ run: 'mine/a', maxSteps: 100 }));
  const tasks = tasksOf([run], { seed: 0n, seeds: 3 });
  const written: string[] = [];
  const clock = { milliseconds: 0 };
  const board = new Board(
    tasks,
    {
      seed: 0n,
      steps: undefined,
      data: await loadData('sample'),
      backend: await useFastestBackend({ prefer: 'cpu' }),
      out,
      fresh: false,
      terminal: { write: (text) => written.push(text) > 0 },
      signal: new AbortController().signal,
    },
    { now: () => clock.milliseconds },
  );
  const [first, second] = tasks;
  if (!first || !second) throw new Error('no tasks');
  board.hear(first, 1);
  // The second goes on with a run that was interrupted: its 40 steps took no time.
  board.hear(second, 40);
  clock.milliseconds = 10_000;
  board.finish(first);
  board.hear(second, 41);
  board.say(second, 'a word\n');
  rmSync(out, { recursive: true });
  // 100 steps in 10 seconds, and 59 and 100 to go.
  expect(written).toEqual(['1 of 3 runs done  16 s left  mine/a, seed 1: 41/100\n', 'seed 1  a word\n']);
  expect(board.done).toBe(1);
});

import { expect, it } from 'vitest';
import { experimentConfig } from '../config/experiment-config.js';
import { customRun } from '../runs/definition.js';
import { tasksOf } from '../runs/tasks.js';
import { Board } from './board.js';

it('shows in one line the finished runs, the current ones and the remaining time', () => {
  const run = customRun(experimentConfig({ run: 'mine/a', maxSteps: 100 }));
  const tasks = tasksOf([run], { seed: 0n, seeds: 3 });
  const written: string[] = [];
  const clock = { milliseconds: 0 };
  const board = new Board(
    tasks.map((task) => ({ task, maxSteps: 100 })),
    { write: (text) => written.push(text) > 0 },
    { now: () => clock.milliseconds },
  );
  const [first, second] = tasks;
  if (!first || !second) throw new Error('no tasks');
  board.onStep(first, 1);
  // The second resumes an interrupted run, so its 40 steps took no time.
  board.onStep(second, 40);
  clock.milliseconds = 10_000;
  board.finish(first);
  board.onStep(second, 41);
  board.say(second, 'a word\n');
  // 100 steps in 10 seconds, and 59 and 100 to go.
  expect(written).toEqual(['1 of 3 runs done  16 s left  mine/a, seed 1: 41/100\n', 'seed 1  a word\n']);
  expect(board.done).toBe(1);
});

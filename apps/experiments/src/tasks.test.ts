import { expect, it } from 'vitest';
import { findRun } from './catalog.js';
import { taskAt, taskName, tasksOf } from './tasks.js';

const [none, norm] = [findRun('norm/none'), findRun('norm/batchnorm')];

it('lists run by run, of each the seeds, and a run that two sections share once', () => {
  const tasks = tasksOf([none, norm, none], { seed: 2n ** 64n - 2n, seeds: 2 });
  expect(tasks.map(taskName)).toEqual([
    'norm/none, seed 18446744073709551614',
    'norm/none, seed 18446744073709551615',
    'norm/batchnorm, seed 18446744073709551614',
    'norm/batchnorm, seed 18446744073709551615',
  ]);
  expect(taskAt(tasks, 3)).toBe(tasks[3]);
});

it('says which there are where there is none of a number', () => {
  const tasks = tasksOf([none], { seed: 0n, seeds: 3 });
  expect(() => taskAt(tasks, 3)).toThrow(
    'There is no run 3: the list has 3, from 0 to 2. Shown by: npx --yes pnpm@12 experiments list',
  );
});

import { expect, it } from 'vitest';
import { findRun } from '../sections/index.js';
import { taskAt, taskName, tasksOf } from './tasks.js';

const [none, norm] = [findRun('norm/none'), findRun('norm/batchnorm')];

it('lists the seeds of each run, run by run, and a run that two sections share once', () => {
  const tasks = tasksOf([none, norm, none], { seed: 2n ** 64n - 2n, seeds: 2 });
  expect(tasks.map(taskName)).toEqual([
    'norm/none, seed 18446744073709551614',
    'norm/none, seed 18446744073709551615',
    'norm/batchnorm, seed 18446744073709551614',
    'norm/batchnorm, seed 18446744073709551615',
  ]);
  expect(taskAt(tasks, 3)).toBe(tasks[3]);
});

it('rejects seeds beyond the last one', () => {
  expect(() => tasksOf([none], { seed: 2n ** 64n - 1n, seeds: 2 })).toThrow(
    '--seeds is 2 and --seed is 18446744073709551615, so the last seed is 18446744073709551616: a seed is between -2^63 and 2^64 - 1. Begin with a smaller one.',
  );
});

it('names the existing numbers if a number does not exist', () => {
  const tasks = tasksOf([none], { seed: 0n, seeds: 3 });
  expect(() => taskAt(tasks, 3)).toThrow(/^There is no run 3: the list has 3, from 0 to 2\.$/);
  expect(() => taskAt([], 0)).toThrow(
    'There is no run 0: these sections train nothing, so --index has nothing to count. Leave it out.',
  );
  expect(() => taskAt(tasks, 3, 'experiments list 6')).toThrow(
    'There is no run 3: the list has 3, from 0 to 2. Shown by: experiments list 6',
  );
});

import { expect, it } from 'vitest';
import { failureLine, withFlags } from './failures.js';

const TASKS = ['build', 'test'];

it.each([
  ['test', 'test --continue=dependencies-successful --summarize'],
  ['run test --filter=a', 'run test --filter=a --continue=dependencies-successful --summarize'],
  ['test --continue=never', 'test --continue=never --summarize'],
  ['test -- --reporter=dot', 'test --continue=dependencies-successful --summarize -- --reporter=dot'],
  ['test --dry', 'test --dry'],
  ['ls', 'ls'],
  ['--version', '--version'],
])('turbo %s runs turbo %s', (given, expected) => {
  expect(withFlags(given.split(' '), TASKS).args.join(' ')).toBe(expected);
});

it('keeps a summary that the user asked for', () => {
  expect(withFlags(['test', '--summarize'], TASKS).summarized).toBe(false);
});

const ran = (id: string, exitCode: number | null) => {
  const [name = '', task = ''] = id.split('#');
  return { package: name, task, execution: { exitCode } };
};

it('prints no line for a run without failures', () => {
  expect(failureLine({ tasks: [ran('@trainkit/nn#test', 0), { package: 'x', task: 'test' }] })).toBeNull();
});

it('names the failed task, and the command that runs it alone', () => {
  expect(failureLine({ tasks: [ran('@trainkit/nn#test', 1), ran('@trainkit/init#test', 0)] })).toBe(
    'Failed: @trainkit/nn test. To run it alone: npx --yes pnpm@12 turbo test --filter=@trainkit/nn',
  );
});

it('counts tasks that were ended by a signal, and names each task and package once in the command', () => {
  const tasks = [ran('@trainkit/nn#build', 2), ran('@trainkit/init#test', null), ran('@trainkit/nn#test', 1)];
  expect(failureLine({ tasks })).toBe(
    'Failed: @trainkit/nn build, @trainkit/init test, @trainkit/nn test. To run them alone: ' +
      'npx --yes pnpm@12 turbo build test --filter=@trainkit/nn --filter=@trainkit/init',
  );
});

import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { commandLine, PROGRAM } from './command-line.js';

it('is the command of the README', () => {
  expect(commandLine('resume', 'runs/optimizer/sgd/seed-0')).toBe(
    'npx --yes pnpm@12 experiments resume runs/optimizer/sgd/seed-0',
  );
});

it.each(['my runs/seed-0', "it's", '$HOME', 'a;b', '', '*', 'a\nb', '~', '#'])(
  'quotes %j for a shell',
  (word) => {
    const line = commandLine(word).slice(PROGRAM.length);
    expect(execFileSync('sh', ['-c', `printf %s ${line}`], { encoding: 'utf8' })).toBe(word);
  },
);

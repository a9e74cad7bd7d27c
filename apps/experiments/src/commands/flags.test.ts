import { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { type Flags, withFlags } from './flags.js';

function parse(...args: string[]): Flags {
  const command = withFlags(new Command())
    .exitOverride()
    .configureOutput({ writeErr: () => {} });
  return command.parse(args, { from: 'user' }).opts<Flags>();
}

describe('flags', () => {
  it('have the exercise’s values as defaults', () => {
    expect(parse()).toEqual({ seed: 0n, seeds: 1, fresh: false, smoke: false, install: true });
  });

  it('are parsed, with a seed of any size that PyTorch accepts', () => {
    const flags = parse(
      '--seed',
      '9223372036854775813',
      '--steps',
      '5',
      '--data',
      'x',
      '--backend',
      'cpu',
      '--out',
      'y',
    );
    expect(flags).toMatchObject({
      seed: 9223372036854775813n,
      steps: 5,
      data: 'x',
      backend: 'cpu',
      out: 'y',
    });
    expect(parse('--seed', '-1').seed).toBe(-1n);
  });

  it.each([
    [['--seed', '1.5'], /A seed is a whole number, such as 0 or 4294967301\./],
    [['--seed', ''], /A seed is a whole number/],
    [['--seed', '18446744073709551616'], /A seed is between -2\^63 and 2\^64 - 1/],
    [['--steps', '0'], /A number of steps is a whole number from 1 on\./],
    [['--steps', '1e3'], /A number of steps is a whole number from 1 on\./],
    [['--seeds', '0'], /A number of seeds is a whole number from 1 to 1,000\./],
    [['--seeds', '1000000000'], /A number of seeds is a whole number from 1 to 1,000\./],
    [['--steps', '9007199254740992'], /A number of steps is a whole number from 1 on\./],
    [['--index', '-1'], /An index is a whole number from 0 on\./],
    [['--workers', 'all'], /A number of workers is a whole number from 1 on\./],
    [['--out', ''], /Received an empty path; expected a folder, such as "\."\./],
    [['--data', ''], /Received an empty path; expected a folder/],
    [['--backend', 'webgl'], /Allowed choices are native, tensorflow, wasm, cpu\./],
    [['--speed', '3'], /unknown option '--speed'/],
  ])('%j is an error with the correction', (args, message) => {
    expect(() => parse(...args)).toThrow(message);
  });
});

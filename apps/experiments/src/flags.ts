import { type Command, InvalidArgumentError, Option } from 'commander';

/** The flags that every subcommand takes, parsed. */
export interface Flags {
  seed: bigint;
  steps?: number;
  data?: string;
  backend?: 'tensorflow' | 'wasm' | 'cpu';
  out?: string;
  smoke: boolean;
  fresh: boolean;
  /** Whether the native backend may be fetched where it is missing. */
  install: boolean;
}

/** Adds the common flags to a command. */
export function withFlags(command: Command): Command {
  return command
    .addOption(new Option('--seed <n>', 'seed of every random number').argParser(parseSeed).default(0n, '0'))
    .addOption(
      new Option(
        '--steps <n>',
        'stop after this many steps, evaluation included (default: whole epochs)',
      ).argParser(parseSteps),
    )
    .addOption(
      new Option(
        '--data <dir>',
        'folder of the four Fashion-MNIST files, or "sample" (default: the full set)',
      ).argParser(parseFolder),
    )
    .addOption(
      new Option('--backend <name>', 'TensorFlow.js backend (default: the fastest that loads)').choices([
        'tensorflow',
        'wasm',
        'cpu',
      ]),
    )
    .addOption(
      new Option('--out <dir>', 'where the runs and the report go (default: the current folder)').argParser(
        parseFolder,
      ),
    )
    .option('--fresh', 'replace what an earlier run left', false)
    .option(
      '--smoke',
      'walk every path on the sample, in a minute at most; without --out in a temporary folder',
      false,
    )
    .option('--no-install', 'do not fetch the native backend where it is missing');
}

function parseSeed(text: string): bigint {
  if (!/^-?\d+$/.test(text)) throw new InvalidArgumentError('A seed is a whole number, as 0 or 4294967301.');
  const seed = BigInt(text);
  if (seed < -(2n ** 63n) || seed >= 2n ** 64n) {
    throw new InvalidArgumentError("A seed lies between -2^63 and 2^64 - 1, as PyTorch's.");
  }
  return seed;
}

function parseSteps(text: string): number {
  const steps = Number(text);
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(steps) || steps < 1) {
    throw new InvalidArgumentError('A number of steps is a whole number from 1 on.');
  }
  return steps;
}

function parseFolder(text: string): string {
  // The path of no folder: an empty variable of a script, more often than the current folder.
  if (text === '') throw new InvalidArgumentError('A folder is wanted; the current one is ".".');
  return text;
}

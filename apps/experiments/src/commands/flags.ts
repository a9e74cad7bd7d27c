import { type Command, InvalidArgumentError, Option } from 'commander';
import { isSeed, SEED_RANGE } from '../config/seed.js';
import { count } from '../terminal/format.js';

/**
 * The largest number of seeds of a command, since all of their runs are in one table. Further seeds
 * need a command of their own.
 */
const MOST_SEEDS = 1000;

/** The flags of every command that needs a backend and the data, parsed. */
export interface ContextFlags {
  data?: string;
  backend?: 'native' | 'tensorflow' | 'wasm' | 'cpu';
  out?: string;
  /** True if tfjs-node may be downloaded if it is needed and missing. */
  install: boolean;
}

/** The flags of every command that makes runs, parsed. */
export interface Flags extends ContextFlags {
  seed: bigint;
  seeds: number;
  /**
   * Number of processes that train runs at the same time; undefined means one per core with several
   * seeds, else one.
   */
  workers?: number;
  /** The index of the only run to train. */
  index?: number;
  steps?: number;
  smoke: boolean;
  fresh: boolean;
}

/** Adds the flags of every command that makes runs. */
export function withFlags(command: Command): Command {
  return withContextFlags(withSeed(command))
    .addOption(
      new Option('--seeds <n>', 'number of seeds of every run, from --seed on: mean and spread')
        .argParser(numberOfSeeds)
        .default(1),
    )
    .addOption(
      new Option(
        '--workers <n>',
        'number of runs at the same time (default: one per core with --seeds, else one)',
      ).argParser(wholeNumber('A number of workers', 1)),
    )
    .addOption(
      new Option(
        '--index <i>',
        'only the i-th run of the list, from 0 on, for job arrays; "experiments list" shows it',
      ).argParser(wholeNumber('An index', 0)),
    )
    .addOption(
      new Option(
        '--steps <n>',
        "stop after this many steps, evaluation included (default: the exercise's)",
      ).argParser(wholeNumber('A number of steps', 1)),
    )
    .option('--fresh', 'replace an earlier run', false)
    .option(
      '--smoke',
      'run everything once on the sample, within two minutes; by default in a temporary folder',
      false,
    );
}

/** Adds `--seed`. */
export function withSeed(command: Command): Command {
  return command.addOption(
    new Option('--seed <n>', 'seed of every random number').argParser(parseSeed).default(0n, '0'),
  );
}

/** Adds `--out`. */
export function withOut(command: Command): Command {
  return command.addOption(
    new Option('--out <dir>', 'folder of the runs and the report (default: the current folder)').argParser(
      parseFolder,
    ),
  );
}

/** Adds the flags of every command that needs a backend and the data. */
export function withContextFlags(command: Command): Command {
  return withOut(
    command
      .addOption(
        new Option(
          '--data <dir>',
          'folder of the four Fashion-MNIST files, or "sample" (default: the full set)',
        ).argParser(parseFolder),
      )
      .addOption(
        new Option('--backend <name>', 'TensorFlow.js backend (default: the fastest that loads)').choices([
          'native',
          'tensorflow',
          'wasm',
          'cpu',
        ]),
      ),
  ).option('--no-install', 'do not download tfjs-node if the native backend does not load');
}

function parseSeed(text: string): bigint {
  if (!/^-?\d+$/.test(text))
    throw new InvalidArgumentError('A seed is a whole number, such as 0 or 4294967301.');
  const seed = BigInt(text);
  if (!isSeed(seed)) throw new InvalidArgumentError(`A seed is ${SEED_RANGE}, as in PyTorch.`);
  return seed;
}

/** Parses the value of `--seeds`. */
export function numberOfSeeds(text: string): number {
  return wholeNumber('A number of seeds', 1, MOST_SEEDS)(text);
}

/** @param what the start of the error's sentence */
export function wholeNumber(what: string, least: number, most?: number): (text: string) => number {
  return (text) => {
    const number = Number(text);
    const inRange = number >= least && number <= (most ?? Number.MAX_SAFE_INTEGER);
    if (!/^\d+$/.test(text) || !inRange) {
      const range = most === undefined ? `from ${least} on` : `from ${least} to ${count(most)}`;
      throw new InvalidArgumentError(`${what} is a whole number ${range}.`);
    }
    return number;
  };
}

function parseFolder(text: string): string {
  // An empty path is more often an empty variable of a script than the current folder.
  if (text === '') throw new InvalidArgumentError('Received an empty path; expected a folder, such as ".".');
  return text;
}

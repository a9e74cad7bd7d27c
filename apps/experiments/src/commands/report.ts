import { resolve } from 'node:path';
import { useFastestBackend } from '@trainkit/backend';
import { type Command, Option } from 'commander';
import type { RunConfig } from '../config/schema.js';
import { presentSections } from '../report/present.js';
import { describeEnvironment, type Environment } from '../runs/environment.js';
import { isThere } from '../runs/files.js';
import { readRun, taskFolder } from '../runs/read.js';
import type { RunResult } from '../runs/run.js';
import { tasksOf } from '../runs/tasks.js';
import { findSections } from '../sections/index.js';
import type { Section } from '../sections/section.js';
import { UserError } from '../terminal/user-error.js';
import { numberOfSeeds, withOut, withSeed } from './flags.js';
import { runAndPrint } from './run-and-print.js';

interface ReportFlags {
  seed: bigint;
  seeds: number;
  out?: string;
  data?: 'full' | 'sample';
}

/** `experiments report [sections...]`. */
export function addReport(program: Command): void {
  withOut(withSeed(program.command('report')))
    .description('draws the report again from the folders of finished runs; trains nothing and needs no data')
    .argument('[sections...]', 'sections of the exercise (default: all)')
    .option(
      '--seeds <n>',
      'number of seeds for means and spreads, from --seed on (default: 1)',
      numberOfSeeds,
      1,
    )
    .addOption(
      new Option(
        '--data <kind>',
        'runs on the full set or on the sample (default: full, if there are any)',
      ).choices(['full', 'sample']),
    )
    .action(async (numbers: string[], { seed, seeds, out, data }: ReportFlags) => {
      const sections = findSections(numbers);
      await runAndPrint(async () => {
        // Only the sanity checks and demonstrations compute, with small arrays.
        const backend = await useFastestBackend({ prefer: 'cpu' });
        return reportAgain(sections, {
          environment: describeEnvironment(backend),
          out: resolve(out ?? '.'),
          seed,
          seeds,
          data,
          say: (line) => process.stderr.write(`${line}\n`),
        });
      });
    });
}

/** The runs from which a report is drawn. */
export interface ReportAgainOptions {
  out: string;
  seed: bigint;
  /** Number of seeds, from `seed` on. */
  seeds: number;
  /** The data of the runs; undefined means the full set if it has runs, else the sample. */
  data: RunConfig['data']['name'] | undefined;
  /** The environment of this process. */
  environment: Environment;
  /** Called with a line for each missing run. */
  say: (line: string) => void;
}

/**
 * Draws the report from the folders of finished runs alone; returns the text for standard output.
 *
 * A section is left out if one of its runs with the first seed is missing. A further seed is left
 * out of a section's means if one of its runs is missing.
 *
 * @throws UserError if no section with runs is complete
 */
export async function reportAgain(
  sections: readonly Section[],
  { out, seed, seeds, data, environment, say }: ReportAgainOptions,
): Promise<string> {
  const options = { out, data: data ?? dataThere(sections, { out, seed }) };
  const nothing = new UserError(
    `No section has all of its runs with seed ${seed} in ${out}, so there is nothing to report. Train them with: experiments --seed ${seed}`,
  );
  const runs = sections.flatMap((section) => section.runs);
  if (runs.length > 0 && !runs.some((run) => isThere(taskFolder({ run, seed }, options)))) throw nothing;
  const results: RunResult[] = [];
  const said = new Set<string>();
  const sayOnce = (line: string) => {
    if (!said.has(line)) say(line);
    said.add(line);
  };
  /** Reads a section's runs with one seed; false where some are missing. */
  const read = (section: Section, ofSeed: bigint): boolean => {
    const runs = tasksOf(section.runs, { seed: ofSeed, seeds: 1 }).map((task) => readRun(task, options));
    const missing = runs.flatMap((run) => ('missing' in run ? [run.missing] : []));
    for (const line of missing) sayOnce(line);
    if (missing.length > 0) return false;
    results.push(...runs.flatMap((run) => ('result' in run ? [run.result] : [])));
    return true;
  };
  const whole = sections.filter((section) => {
    if (!read(section, seed)) {
      say(`Section ${section.number} is left out.`);
      return false;
    }
    for (let offset = 1; offset < seeds; offset++) {
      const further = seed + BigInt(offset);
      if (!read(section, further)) say(`In section ${section.number} seed ${further} does not count.`);
    }
    return true;
  });
  if (runs.length > 0 && !whole.some((section) => section.runs.length > 0)) throw nothing;
  const leftOut = sections.filter((section) => !whole.includes(section)).map(({ number }) => number);
  return presentSections(whole, unique(results), {
    out,
    seed,
    data: options.data,
    environment,
    all: findSections([]),
    leftOut,
  });
}

function dataThere(
  sections: readonly Section[],
  { out, seed }: { out: string; seed: bigint },
): 'full' | 'sample' {
  const runs = sections.flatMap((section) => section.runs);
  const there = (data: 'full' | 'sample') =>
    runs.some((run) => isThere(taskFolder({ run, seed }, { out, data })));
  return !there('full') && there('sample') ? 'sample' : 'full';
}

/** Returns each run once, since two sections may share one. */
function unique(results: readonly RunResult[]): RunResult[] {
  return [...new Map(results.map((result) => [result.folder, result])).values()];
}

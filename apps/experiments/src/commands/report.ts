import { resolve } from 'node:path';
import { useFastestBackend } from '@trainkit/backend';
import { type Command, Option } from 'commander';
import type { RunConfig } from '../config/schema.js';
import { presentSections } from '../report/present.js';
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
      'means and spreads over so many seeds, from --seed on (default: 1)',
      numberOfSeeds,
      1,
    )
    .addOption(
      new Option(
        '--data <kind>',
        'which runs: those on the full set or on the sample (default: full, where there are any)',
      ).choices(['full', 'sample']),
    )
    .action(async (numbers: string[], { seed, seeds, out, data }: ReportFlags) => {
      const sections = findSections(numbers);
      await runAndPrint(async () => {
        // Only the sanity checks and demonstrations compute anything, and little.
        await useFastestBackend({ prefer: 'cpu' });
        return reportAgain(sections, {
          out: resolve(out ?? '.'),
          seed,
          seeds,
          data,
          say: (line) => process.stderr.write(`${line}\n`),
        });
      });
    });
}

/** Whose runs a report is drawn from. */
export interface ReportAgainOptions {
  out: string;
  seed: bigint;
  /** How many seeds count, from `seed` on. */
  seeds: number;
  /** Which data the runs had; undefined means the full set where there are such runs, else the sample. */
  data: RunConfig['data']['name'] | undefined;
  /** Hears which runs are missing. */
  say: (line: string) => void;
}

/**
 * Draws the report from the folders of finished runs alone; gives what belongs on standard output.
 *
 * A section whose runs with the first seed are not all there is left out; of a further seed with which they are not,
 * its means know nothing.
 *
 * @throws UserError where of all sections that have runs none is left
 */
export async function reportAgain(
  sections: readonly Section[],
  { out, seed, seeds, data, say }: ReportAgainOptions,
): Promise<string> {
  const options = { out, data: data ?? dataThere(sections, { out, seed }) };
  const nothing = new UserError(
    `No section has all of its runs with seed ${seed} in ${out}, so there is nothing to report. Make them with: experiments --seed ${seed}`,
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
  return presentSections(whole, unique(results), { out, seed, data: options.data, leftOut });
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

/** Each run once: two sections may share one, and both have read it. */
function unique(results: readonly RunResult[]): RunResult[] {
  return [...new Map(results.map((result) => [result.folder, result])).values()];
}

import { resolve } from 'node:path';
import { useFastestBackend } from '@trainkit/backend';
import { type Command, Option } from 'commander';
import { findSections } from '../catalog.js';
import { numberOfSeeds, withOut, withSeed } from '../flags.js';
import { reportAgain } from '../report-again.js';
import { printed } from './printed.js';

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
      await printed(async () => {
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

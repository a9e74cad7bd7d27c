import Table from 'cli-table3';
import type { Command } from 'commander';
import { findSections } from '../catalog.js';
import { wholeNumber, withSeed } from '../flags.js';
import { tasksOf } from '../tasks.js';

interface ListFlags {
  seed: bigint;
  seeds: number;
}

/** `experiments list [sections...]`: what `--index` counts. */
export function addList(program: Command): void {
  withSeed(program.command('list'))
    .description('the runs of some sections, or of all, with the number that --index takes')
    .argument('[sections...]', 'sections of the exercise (default: all)')
    .option(
      '--seeds <n>',
      'every run with so many seeds (default: 1)',
      wholeNumber('A number of seeds', 1),
      1,
    )
    .action((numbers: string[], flags: ListFlags) => {
      const runs = findSections(numbers).flatMap((section) => section.runs);
      const table = new Table({
        head: ['Index', 'Run', 'Seed', 'Title'],
        colAligns: ['right', 'left', 'right', 'left'],
        style: { head: [], border: [], compact: true },
      });
      for (const [index, { run, seed }] of tasksOf(runs, flags).entries()) {
        table.push([String(index), run.name, String(seed), run.title]);
      }
      process.stdout.write(`${table}\n`);
    });
}

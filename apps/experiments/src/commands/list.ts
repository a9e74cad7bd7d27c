import type { Command } from 'commander';
import { tasksOf } from '../runs/tasks.js';
import { findSections } from '../sections/index.js';
import { textTable } from '../terminal/text-table.js';
import { numberOfSeeds, withSeed } from './flags.js';

interface ListFlags {
  seed: bigint;
  seeds: number;
}

/** `experiments list [sections...]`: the runs that `--index` counts. */
export function addList(program: Command): void {
  withSeed(program.command('list'))
    .description('the runs of some sections, or of all, with the number that --index takes')
    .argument('[sections...]', 'sections of the exercise (default: all)')
    .option('--seeds <n>', 'number of seeds of every run (default: 1)', numberOfSeeds, 1)
    .action((numbers: string[], flags: ListFlags) => {
      const runs = findSections(numbers).flatMap((section) => section.runs);
      const rows = tasksOf(runs, flags).map(({ run, seed }, index) => [
        String(index),
        run.name,
        String(seed),
        run.title,
      ]);
      const table = textTable(['Index', 'Run', 'Seed', 'Title'], rows, {
        aligns: ['right', 'left', 'right', 'left'],
      });
      process.stdout.write(`${table}\n`);
    });
}

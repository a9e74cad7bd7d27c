import { realpathSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { comparedRun } from '../compare/compared-run.js';
import { compareRuns } from '../compare/comparison.js';
import { writeComparison } from '../compare/page.js';
import { printedComparison } from '../compare/print.js';
import { findFolder } from '../runs/find.js';
import { UserError } from '../terminal/user-error.js';
import { withOut, withSeed } from './flags.js';
import { runAndPrint } from './run-and-print.js';

interface CompareFlags {
  seed: bigint;
  out?: string;
}

/** `experiments compare <a> <b>`. */
export function addCompare(program: Command): void {
  withOut(withSeed(program.command('compare')))
    .description('two runs side by side, finished or not: settings, figures, and a page with both curves')
    .argument('<a>', 'the folder of a run, or its name with --out and --seed')
    .argument('<b>', 'another one')
    .action(async (first: string, second: string, flags: CompareFlags) => {
      const out = resolve(flags.out ?? '.');
      const [one, other] = [first, second].map((target) => findFolder(target, { out, seed: flags.seed }));
      if (!one || !other || realpathSync(one.path) === realpathSync(other.path)) {
        throw new UserError(`${first} and ${second} are the same run. Compare it with another one.`);
      }
      const [a, b] = [comparedRun(one, 'A'), comparedRun(other, 'B')];
      await runAndPrint(async () => {
        const comparison = compareRuns(a, b);
        const page = writeComparison(comparison, { a, b, out });
        return `${printedComparison(comparison)}\n\nPage: ${page}`;
      });
    });
}

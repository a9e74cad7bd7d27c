import { resolve } from 'node:path';
import type { Command } from 'commander';
import { checkLastBatch } from '../config/last-batch.js';
import { executeIn } from '../runs/execute.js';
import { findFolder, runOf } from '../runs/find.js';
import { knownRun } from '../sections/index.js';
import { type ContextFlags, wholeNumber, withContextFlags, withSeed } from './flags.js';
import { describeRuns } from './one.js';
import { prepareFor } from './prepare.js';
import { runAndPrint } from './run-and-print.js';

interface ResumeFlags extends ContextFlags {
  seed: bigint;
  steps?: number;
}

/** `experiments resume <run>`. */
export function addResume(program: Command): void {
  withContextFlags(withSeed(program.command('resume')))
    .description('resumes an interrupted run, to the same bytes as an uninterrupted one')
    .argument('<run>', 'the folder of the run, or its name with --out and --seed')
    .option('--steps <n>', 'train to this step, more than before', wholeNumber('A number of steps', 1))
    .action(async (target: string, flags: ResumeFlags) => {
      const found = findFolder(target, { out: resolve(flags.out ?? '.'), seed: flags.seed });
      const folder = flags.steps === undefined ? found : found.withSteps(flags.steps);
      checkLastBatch(folder.config);
      await runAndPrint(async (signal) => {
        const context = await prepareFor(folder, flags, signal);
        const { seed, maxSteps } = folder.config;
        const options = { ...context, seed: BigInt(seed), steps: maxSteps, fresh: false };
        return describeRuns([
          await executeIn(folder, runOf(folder.config, knownRun(folder.config.run)), options),
        ]);
      });
    });
}

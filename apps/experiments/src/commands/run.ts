import type { Command } from 'commander';
import { namedRun } from '../runs/custom.js';
import { checkRun } from '../runs/execute.js';
import { executeTasks } from '../runs/execute-tasks.js';
import { tasksOf } from '../runs/tasks.js';
import { findRun, knownRun, runNames } from '../sections/index.js';
import { type Flags, withFlags } from './flags.js';
import { describeRuns, executeOne } from './one.js';
import { prepareRuns } from './prepare.js';
import { runAndPrint } from './run-and-print.js';

interface RunFlags extends Flags {
  set: string[];
  name?: string;
}

/** `experiments run <name or file>`. */
export function addRun(program: Command): void {
  const command: Command = withFlags(program.command('run'))
    .description(`one run: ${runNames()}; or your own, from a JSON file with its settings`)
    .argument('<name>', 'name of the run, or a file that ends in .json')
    .option(
      '--set <key=value>',
      'changes a setting, such as dropout=0.3; can be repeated, and needs --name',
      (change: string, before: string[]) => [...before, change],
      [],
    )
    .option('--name <name>', 'name of the run with your settings, such as mine/wide')
    .action(async (target: string, flags: RunFlags) => {
      const { run, seed: own } = namedRun(
        target,
        { set: flags.set, name: flags.name },
        { findRun, knownRun },
      );
      const seed = own !== null && command.getOptionValueSource('seed') === 'default' ? own : flags.seed;
      const tasks = tasksOf([run], { ...flags, seed });
      await runAndPrint(async (signal) => {
        const options = async () => ({ ...(await prepareRuns(flags, signal)), seed });
        if (flags.index !== undefined) return executeOne(tasks, flags.index, options);
        const chosen = await options();
        for (const task of tasks) checkRun(task.run, { ...chosen, seed: task.seed });
        return describeRuns(await executeTasks(tasks, chosen));
      }, flags);
    });
}

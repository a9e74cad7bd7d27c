#!/usr/bin/env node
import { Command } from 'commander';
import { addCheck } from './commands/check.js';
import { addCompare } from './commands/compare.js';
import { addEvaluate } from './commands/evaluate.js';
import { withFlags } from './commands/flags.js';
import { addList } from './commands/list.js';
import { addReport } from './commands/report.js';
import { addResume } from './commands/resume.js';
import { addRun } from './commands/run.js';
import { executeSectionsOrOne } from './commands/sections.js';
import { trainkitVersion } from './runs/environment.js';
import { sectionNames } from './sections/index.js';
import { PROGRAM } from './terminal/command-line.js';
import { explainedFailure } from './terminal/explain-failure.js';
import { endWithReaders } from './terminal/standard-streams.js';
import { UserError } from './terminal/user-error.js';

const EXAMPLES = `
Examples:
  experiments                                        all six sections; prints at its start how long they take
  experiments 1 --seed 7 --data ~/fashion-mnist      one section, another seed, data from a folder
  experiments 6 --seeds 3                            section 6 with three seeds: mean and spread
  experiments run init/xavier --steps 100 --out short
                                                     one run, cut short, in a folder of its own
  experiments run ablation/dropout_only --set dropout=0.3 --name mine/dropout-0.3
                                                     a run of the exercise with your own settings
  experiments resume runs/ablation/dropout_only/seed-0
                                                     resumes an interrupted run, to the same bytes
  experiments report                                 the report again, from the runs that are there
  experiments compare optimizer/sgd optimizer/adamw  two runs side by side
  experiments check apps/experiments/exercise/batch-norm.ts
                                                     your own layer or optimizer against PyTorch
  experiments --smoke                                everything once, within two minutes`;

endWithReaders();

const program = withFlags(new Command('experiments'))
  .description('The exercise "Practical Deep Learning" in TensorFlow.js, beside the results of PyTorch.')
  .version(trainkitVersion())
  .argument('[sections...]', `sections of the exercise: ${sectionNames()} (default: all)`)
  .addHelpText('after', `\nFrom the root of the repository: ${PROGRAM} …\n${EXAMPLES}`)
  // Flags after `run` belong to `run` and not to the program.
  .enablePositionalOptions()
  .showSuggestionAfterError()
  .action(executeSectionsOrOne);

for (const add of [addRun, addResume, addList, addReport, addCompare, addEvaluate, addCheck]) add(program);

// The program would read flags before a command as its own, and the command would run without them.
program.hook('preSubcommand', (_program, command) => {
  const given = program.options.filter(
    (option) => program.getOptionValueSource(option.attributeName()) === 'cli',
  );
  if (given.length === 0) return;
  const flags = given.map((option) => option.long).join(', ');
  throw new UserError(`Flags stand after the command: experiments ${command.name()} … ${flags}`);
});

try {
  await program.parseAsync();
} catch (thrown) {
  const error = explainedFailure(thrown);
  if (!(error instanceof UserError)) throw error;
  process.stderr.write(`error: ${error.message}\n`);
  process.exitCode = error.exitCode;
}

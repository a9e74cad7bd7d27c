#!/usr/bin/env node
import { Command } from 'commander';
import { accuracyTable, printedTable } from './accuracy-table.js';
import { findRun, findSections, runNames, sectionNames } from './catalog.js';
import { checkFile } from './check-file.js';
import { trainkitVersion } from './environment.js';
import { type Flags, withFlags } from './flags.js';
import { interruptible } from './interruptible.js';
import { performRun } from './perform-run.js';
import { performSections } from './perform-sections.js';
import { setUp } from './set-up.js';
import { endWithReaders } from './standard-streams.js';
import { UserError } from './user-error.js';

const EXAMPLES = `
Examples:
  experiments                                        all sections, in some minutes
  experiments 1 --seed 7 --data ~/fashion-mnist      another seed, data from a folder
  experiments run init/xavier --steps 100 --out short
                                                     one run, cut short, in a folder of its own
  experiments check apps/experiments/exercise/batch-norm.ts
                                                     your own layer or optimizer against PyTorch
  experiments --smoke                                everything once, within a minute`;

endWithReaders();

const program = withFlags(new Command('experiments'))
  .description('The exercise "Practical Deep Learning" in TensorFlow.js, beside what PyTorch gets.')
  .version(trainkitVersion())
  .argument('[sections...]', `sections of the exercise: ${sectionNames()} (default: all)`)
  .addHelpText('after', EXAMPLES)
  // Flags after `run` belong to `run`, not to the program.
  .enablePositionalOptions()
  .showSuggestionAfterError()
  .action(async (numbers: string[], flags: Flags) => {
    const sections = findSections(numbers);
    await perform(flags, async (signal) => performSections(sections, await setUp(flags, signal)));
  });

withFlags(program.command('run'))
  .description(`one run: ${runNames()}`)
  .argument('<name>', 'name of the run')
  .action(async (name: string, flags: Flags) => {
    checkFlagsFollow('run');
    const run = findRun(name);
    await perform(flags, async (signal) => {
      const result = await performRun(run, await setUp(flags, signal));
      return `${printedTable(accuracyTable('Run', [result]))}\n\nRun: ${result.folder}`;
    });
  });

program
  .command('check')
  .description('checks a BatchNorm, LayerNorm, Dropout, AdamW, … of your own against PyTorch')
  .argument('<file>', 'a TypeScript or JavaScript file that exports it')
  .action(async (file: string) => {
    checkFlagsFollow('check');
    const endsEarly = () => {
      process.stderr.write(
        `error: ${file} ended the program before it was checked. Does it call process.exit?\n`,
      );
      process.exitCode = 1;
    };
    process.once('exit', endsEarly);
    const { passed, text } = await checkFile(file).finally(() => process.off('exit', endsEarly));
    // What the file has left running, such as a timer, would keep the process.
    process.stdout.write(`${text}\n`, () => process.exit(passed ? 0 : 1));
  });

try {
  await program.parseAsync();
} catch (error) {
  if (!(error instanceof UserError)) throw error;
  process.stderr.write(`error: ${error.message}\n`);
  process.exitCode = error.exitCode;
}

/** Does what a command does, prints what comes of it, and lets Ctrl-C end it in order. */
async function perform(flags: Flags, body: (signal: AbortSignal) => Promise<string>): Promise<void> {
  const advice =
    flags.smoke && flags.out === undefined
      ? 'Without --out a smoke run keeps nothing.'
      : 'The same command without --fresh keeps finished runs and starts this one anew.';
  await interruptible(
    async (signal) => {
      process.stdout.write(`\n${await body(signal)}\n`);
    },
    { advice },
  );
}

/** The program would take the flags before a command for its own, and the command would run without them. */
function checkFlagsFollow(command: string): void {
  const given = program.options.filter(
    (option) => program.getOptionValueSource(option.attributeName()) === 'cli',
  );
  if (given.length === 0) return;
  const flags = given.map((option) => option.long).join(', ');
  throw new UserError(`Flags stand after the command: experiments ${command} … ${flags}`);
}

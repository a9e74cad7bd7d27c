#!/usr/bin/env node
import { Command } from 'commander';
import { findRun, SECTION_1 } from './catalog.js';
import { type Flags, withFlags } from './flags.js';
import { interruptible } from './interrupt.js';
import { performRuns } from './perform-runs.js';
import { writeReport } from './report/write.js';
import { resultTable } from './table.js';
import { UserError } from './user-error.js';

const program = withFlags(new Command('experiments'))
  .description('The exercise "Practical Deep Learning" in TensorFlow.js, beside what PyTorch gets.')
  .argument('[sections...]', 'sections of the exercise; so far there is 1 (initialization)', ['1'])
  // Flags after `run` belong to `run`, not to the program.
  .enablePositionalOptions()
  .showSuggestionAfterError()
  .action(async (sections: string[], flags: Flags) => {
    for (const section of sections) checkSection(section);
    await interruptible(async (signal) => {
      const { results, out } = await performRuns(SECTION_1, flags, signal);
      process.stdout.write(`\n${resultTable(results)}\n\nReport: ${await writeReport(out, results)}\n`);
    });
  });

withFlags(program.command('run'))
  .description(`one run: ${SECTION_1.map((run) => run.name).join(', ')}`)
  .argument('<name>', 'name of the run')
  .action(async (name: string, flags: Flags) => {
    checkFlagsFollow('run');
    const run = findRun(name);
    await interruptible(async (signal) => {
      const { results } = await performRuns([run], flags, signal);
      const folders = results.map((result) => result.folder).join(', ');
      process.stdout.write(`\n${resultTable(results)}\n\nRun: ${folders}\n`);
    });
  });

try {
  await program.parseAsync();
} catch (error) {
  if (!(error instanceof UserError)) throw error;
  process.stderr.write(`error: ${error.message}\n`);
  process.exitCode = error.exitCode;
}

function checkSection(section: string): void {
  if (section === '1') return;
  const hint = /^[2-6]$/.test(section)
    ? `Section ${section} is not there yet; so far there is section 1.`
    : `"${section}" is neither a section (1) nor a command (run).`;
  throw new UserError(`${hint} Try: experiments 1`);
}

/** The program would take the flags before a command for its own, and the command would run without them. */
function checkFlagsFollow(command: string): void {
  const given = program.options.filter(
    (option) => program.getOptionValueSource(option.attributeName()) === 'cli',
  );
  if (given.length === 0) return;
  const flags = given.map((option) => option.long).join(', ');
  throw new UserError(`Flags stand after the command: experiments ${command} NAME ${flags} …`);
}

import type { Command } from 'commander';
import { checkInProcess } from '../check/check-in-process.js';
import { UserError } from '../terminal/user-error.js';

/** Default time limit. A check takes one or two seconds, ten times as long on a busy machine. */
const TIMEOUT_SECONDS = 60;

/** `experiments check <file>`. */
export function addCheck(program: Command): void {
  program
    .command('check')
    .description('checks a BatchNorm, LayerNorm, Dropout, AdamW, … of your own against PyTorch')
    .argument('<file>', 'a TypeScript or JavaScript file that exports it')
    .option('--all', 'print every check, not only the first to look at')
    .option(
      '--timeout <seconds>',
      'stop a check that takes longer, such as one with an endless loop',
      seconds,
      TIMEOUT_SECONDS,
    )
    .action(async (file: string, { all, timeout }: { all?: boolean; timeout: number }) => {
      const { passed, text } = await checkInProcess(file, { all, timeoutSeconds: timeout });
      process.stdout.write(`${text}\n`);
      process.exitCode = passed ? 0 : 1;
    });
}

/** Parses a number of seconds above 0, at most a day. */
function seconds(text: string): number {
  const value = Number(text);
  if (value > 0 && value <= 86_400) return value;
  throw new UserError(`--timeout is ${text}; expected seconds, a number above 0 and at most 86400.`);
}

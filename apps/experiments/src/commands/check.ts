import type { Command } from 'commander';
import { checkFile } from '../check/check-file.js';

/** `experiments check <file>`. */
export function addCheck(program: Command): void {
  program
    .command('check')
    .description('checks a BatchNorm, LayerNorm, Dropout, AdamW, … of your own against PyTorch')
    .argument('<file>', 'a TypeScript or JavaScript file that exports it')
    .action(async (file: string) => {
      const endsEarly = () => {
        process.stderr.write(
          `error: ${file} ended the program before it was checked. Does it call process.exit, or await what never comes?\n`,
        );
        process.exitCode = 1;
      };
      process.once('exit', endsEarly);
      const { passed, text } = await checkFile(file).finally(() => process.off('exit', endsEarly));
      // What the file has left running, such as a timer, would keep the process.
      process.stdout.write(`${text}\n`, () => process.exit(passed ? 0 : 1));
    });
}

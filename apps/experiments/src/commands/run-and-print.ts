import { printable } from '@trainkit/checks';
import { interruptible } from '../terminal/interruption.js';

/** Runs a command, prints its result, and ends it in order at Ctrl-C. */
export async function runAndPrint(
  body: (signal: AbortSignal) => Promise<string>,
  { fresh = false }: { fresh?: boolean } = {},
): Promise<void> {
  await interruptible(
    async (signal) => {
      process.stdout.write(`\n${printable(await body(signal))}\n`);
    },
    { advice: `Repeat the command${fresh ? ' without --fresh' : ''} to resume.` },
  );
}

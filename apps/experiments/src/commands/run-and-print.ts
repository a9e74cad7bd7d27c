import { printable } from '@trainkit/checks';
import { interruptible } from '../terminal/interruption.js';

/** Does what a command does, prints what comes of it, and lets Ctrl-C end it in order. */
export async function runAndPrint(
  body: (signal: AbortSignal) => Promise<string>,
  { fresh = false }: { fresh?: boolean } = {},
): Promise<void> {
  await interruptible(
    async (signal) => {
      process.stdout.write(`\n${printable(await body(signal))}\n`);
    },
    { advice: `The same command${fresh ? ' without --fresh' : ''} goes on where it stopped.` },
  );
}

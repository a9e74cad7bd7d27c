import { errorCode, errorMessage } from '@trainkit/checks';

/** 128 + SIGPIPE: what a shell sees of any program whose reader has gone. */
const READER_GONE = 141;

/**
 * Ends the process where nobody can read it: without a word where the reader has gone (`| head -1`), with one sentence
 * where the output cannot be written (a full disk).
 */
export function endWithReaders(): void {
  process.stdout.on('error', (error) => {
    if (!isReaderGone(error)) {
      process.stderr.write(
        `error: Standard output cannot be written: ${errorMessage(error)}. What the runs gave is in their folders.\n`,
      );
    }
    process.exit(isReaderGone(error) ? READER_GONE : 1);
  });
  // There is nowhere left to say it.
  process.stderr.on('error', (error) => process.exit(isReaderGone(error) ? READER_GONE : 1));
}

function isReaderGone(error: Error): boolean {
  return errorCode(error) === 'EPIPE';
}

import { errorCode, errorReason } from '@trainkit/checks';

/** The exit code of a program whose reader has closed: 128 + SIGPIPE. */
const READER_GONE = 141;

/**
 * Ends the process if its output cannot be written: silently if the reader has closed (`| head
 * -1`), with one sentence otherwise (a full disk).
 */
export function endWithReaders(): void {
  process.stdout.on('error', (error) => {
    if (!isReaderGone(error)) {
      process.stderr.write(
        `error: Standard output cannot be written: ${errorReason(error)}. The results of the runs are in their folders.\n`,
      );
    }
    process.exit(isReaderGone(error) ? READER_GONE : 1);
  });
  // Without standard error there is no stream for a message.
  process.stderr.on('error', (error) => process.exit(isReaderGone(error) ? READER_GONE : 1));
}

function isReaderGone(error: Error): boolean {
  return errorCode(error) === 'EPIPE';
}

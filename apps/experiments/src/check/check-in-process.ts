import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { UserError } from '../terminal/user-error.js';
import type { FileCheck } from './check-file.js';
import type { CheckMessage } from './messages.js';

const WORKER = fileURLToPath(new URL('worker.js', import.meta.url));

/** Options of {@link checkInProcess}. */
export interface CheckInProcessOptions {
  /** True to print every check, default false. */
  all?: boolean | undefined;
  /** Time limit in seconds for loading the file, and for the check of each part. */
  timeoutSeconds: number;
}

/**
 * Checks a file in a process of its own, so that an endless loop can be stopped.
 *
 * @throws UserError if the file cannot be checked, takes too long, or ends its process
 */
export async function checkInProcess(
  file: string,
  { all = false, timeoutSeconds }: CheckInProcessOptions,
): Promise<FileCheck> {
  const child = fork(WORKER, [file, ...(all ? ['--all'] : [])]);
  const kill = () => child.kill('SIGKILL');
  process.once('exit', kill);
  try {
    return await new Promise<FileCheck>((resolve, reject) => {
      const fail = (message: string) => reject(new UserError(message));
      let running = 'loading it';
      const expire = () => fail(tooLong(file, running, timeoutSeconds));
      let timer = setTimeout(expire, timeoutSeconds * 1000);
      const settle = (finish: () => void) => {
        clearTimeout(timer);
        finish();
      };
      child.on('message', (news: CheckMessage) => {
        if (news.kind === 'part') {
          running = `the check of ${news.part}`;
          clearTimeout(timer);
          timer = setTimeout(expire, timeoutSeconds * 1000);
        } else if (news.kind === 'done') settle(() => resolve({ passed: news.passed, text: news.text }));
        else settle(() => fail(news.message));
      });
      child.on('error', (error) => settle(() => reject(error)));
      child.on('close', () => settle(() => fail(endedEarly(file))));
    });
  } finally {
    process.off('exit', kill);
    kill();
  }
}

function tooLong(file: string, running: string, seconds: number): string {
  return (
    `${file}: ${running} took longer than ${seconds} s and was stopped. ` +
    'Look for a loop that never ends, such as a while whose condition stays true; --timeout SECONDS allows more time.'
  );
}

function endedEarly(file: string): string {
  return `${file} ended the program before it was checked. Remove calls of process.exit and promises that never resolve.`;
}

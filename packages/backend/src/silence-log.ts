import { Session } from 'node:inspector';
import { isMainThread } from 'node:worker_threads';

const VARIABLE = 'TF_CPP_MIN_LOG_LEVEL';

/** Milliseconds that the main thread has to answer: one that is busy for longer costs some lines on standard error. */
const ANSWER_MS = 1_000;

/**
 * Sets the level of TensorFlow's log to 1, unless it is set: without it every program starts with notes on CPU features.
 *
 * The library reads the variable from the process, once, when it is loaded. The `process.env` of a worker thread is a copy
 * that never gets there, so a worker has the main thread set it.
 */
export async function silenceLog(): Promise<void> {
  process.env[VARIABLE] ??= '1';
  if (!isMainThread) await setInMainThread(process.env[VARIABLE]);
}

/** Never throws: the log is no reason for a program to fail. */
async function setInMainThread(value: string): Promise<void> {
  const session = new Session();
  try {
    session.connectToMainThread();
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ANSWER_MS);
      const expression = `process.env.${VARIABLE} ??= ${JSON.stringify(value)}`;
      session.post('Runtime.evaluate', { expression }, () => {
        clearTimeout(timer);
        resolve();
      });
    });
  } catch {
    // A Node without its inspector.
  } finally {
    session.disconnect();
  }
}

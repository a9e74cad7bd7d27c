import { Session } from 'node:inspector';
import { isMainThread } from 'node:worker_threads';

const VARIABLE = 'TF_CPP_MIN_LOG_LEVEL';

/**
 * Milliseconds within which the main thread must answer; if it is busy for longer, the notes appear
 * on standard error.
 */
const ANSWER_MS = 1_000;

/**
 * Sets the level of TensorFlow's log to 1, unless it is set. Without it every program starts with
 * notes on CPU features.
 *
 * The library reads the variable from the process once, when it is loaded. The `process.env` of a
 * worker thread is a copy that the library does not see, so a worker asks the main thread to set
 * it.
 */
export async function silenceLog(): Promise<void> {
  process.env[VARIABLE] ??= '1';
  if (!isMainThread) await setInMainThread(process.env[VARIABLE]);
}

/**
 * Sets the variable in the main thread. Never throws, since the log is no reason for a program to
 * fail.
 */
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
    // This Node has no inspector.
  } finally {
    session.disconnect();
  }
}

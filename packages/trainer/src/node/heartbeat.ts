import { Worker } from 'node:worker_threads';

/**
 * Rewrites a lock at each interval to update its time, unless another process holds it.
 *
 * The file is opened once for each beat, and its contents are compared: a lock that another process
 * creates in between is another file, and stays unchanged.
 */
const BEAT = `
const { closeSync, openSync, readFileSync, writeSync } = require('node:fs');
const { workerData } = require('node:worker_threads');
setInterval(() => {
  try {
    const file = openSync(workerData.path, 'r+');
    try {
      if (readFileSync(file, 'utf8') === workerData.text) writeSync(file, workerData.text, 0);
    } finally {
      closeSync(file);
    }
  } catch {
    // A file server may be briefly unreachable; the lock's check reports what matters.
  }
}, workerData.every);
`;

/**
 * Updates a lock from a separate thread, so that a step that blocks JavaScript for minutes does not
 * stop the updates.
 *
 * @param text the lock's contents
 * @param every milliseconds between two updates
 * @returns a function that ends them
 */
export function startHeartbeat(path: string, text: string, every: number): () => void {
  const worker = new Worker(BEAT, { eval: true, execArgv: [], workerData: { path, text, every } });
  // The thread must not keep the program alive.
  worker.unref();
  worker.on('error', () => undefined);
  return () => void worker.terminate();
}

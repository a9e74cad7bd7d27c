import { Worker } from 'node:worker_threads';

/**
 * Writes a lock again at each interval, so that its time is now; not where another process has it.
 *
 * Opened once for each beat and compared by what is read from it: a lock that another process puts in its place in between
 * is another file, and stays as it is.
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
    // A file server that is away for a moment; the lock's check tells what matters.
  }
}, workerData.every);
`;

/**
 * Gives signs of life of a lock from a thread of its own: a step that keeps JavaScript busy for minutes does not stop them.
 *
 * @param text the lock's contents
 * @param every milliseconds between two signs
 * @returns the function that ends them
 */
export function startHeartbeat(path: string, text: string, every: number): () => void {
  const worker = new Worker(BEAT, { eval: true, execArgv: [], workerData: { path, text, every } });
  // A program must not wait for its own lock.
  worker.unref();
  worker.on('error', () => undefined);
  return () => void worker.terminate();
}

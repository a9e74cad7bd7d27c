/**
 * The program of a worker: `node worker-process.js FOLDER OPTIONS`. SIGTERM and Ctrl-C give its run
 * back.
 */
import { errorMessage, parseJson } from '@trainkit/checks';
import { type WorkOptions, work } from './work.js';

const [folder = '.', text = '{}'] = process.argv.slice(2);
const stop = new AbortController();
// The submitter that read the output may be gone: the sweep goes on.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => stop.abort());
const options: WorkOptions = { ...(parseJson(text) as WorkOptions), signal: stop.signal };

try {
  await work(folder, options);
} catch (error) {
  process.stderr.write(`${errorMessage(error)}\n`);
  process.exitCode = 1;
}

/** The process of one run: loads the target, runs it, and tells the worker that started it. */
import { pathToFileURL } from 'node:url';
import { errorMessage, expected } from '@trainkit/checks';
import type { RunMessage, RunOrder, RunTarget } from './target.js';

const stop = new AbortController();

process.on('message', (message: RunOrder | { type: 'stop' }) => {
  if (message.type === 'stop') stop.abort();
  else void execute(message);
});
// The worker died: another one continues this run, and this process must not write to its folder
// meanwhile.
process.on('disconnect', () => process.exit(1));
// Ctrl-C reaches the whole group of processes; the worker decides what becomes of the run.
process.on('SIGINT', () => undefined);
// Whoever read the output may be gone, which is no reason to end.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
send({ type: 'ready' });

async function execute({ target, config, seed, steps, folder }: RunOrder): Promise<void> {
  try {
    const run = await load(target);
    const report = (step: number, value: number) => {
      if (!process.connected) process.exit(1);
      send({ type: 'reported', step, value: finite(value) });
    };
    const value = await run(config, { seed, steps, folder, signal: stop.signal, report });
    if (value !== null && typeof value !== 'number') {
      throw new TypeError(
        expected('run', 'the result', value, 'a number, or null where the run was stopped'),
      );
    }
    const stopped = value === null && stop.signal.aborted;
    send({ type: 'ended', value: value === null ? null : finite(value), stopped }, () => process.exit(0));
  } catch (error) {
    const message: RunMessage = stop.signal.aborted
      ? { type: 'ended', value: null, stopped: true }
      : { type: 'failed', reason: errorMessage(error) };
    send(message, () => process.exit(1));
  }
}

async function load(target: string): Promise<RunTarget> {
  const module: { run?: RunTarget } = await import(pathToFileURL(target).href);
  if (typeof module.run === 'function') return module.run;
  throw new TypeError(
    `${target} exports no function run; expected run(config, context). Write export async function run(config, context) { … }.`,
  );
}

/** JSON has no NaN: a run that diverged has null. */
function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}

function send(message: RunMessage, sent: () => void = () => undefined): void {
  if (process.send === undefined) throw new Error('This program is started by a worker of a sweep alone.');
  process.send(message, undefined, undefined, sent);
}

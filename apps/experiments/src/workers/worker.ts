import { loadData } from '../data/load.js';
import { chooseBackend } from '../runs/backend.js';
import { executeRun } from '../runs/execute.js';
import { explainedFailure } from '../terminal/explain-failure.js';
import { interruptible } from '../terminal/interruption.js';
import type { Terminal } from '../terminal/terminal.js';
import { UserError } from '../terminal/user-error.js';
import type { WorkerNews, WorkerOrder } from './messages.js';

/** How often a step is told, in milliseconds. */
const NEWS_EVERY = 200;

/** The process of one run: it is told what to make, tells how far it is, and ends. */
process.once('message', (order: WorkerOrder) => {
  make(order).then(
    () => end(0),
    (thrown: unknown) => {
      const error = explainedFailure(thrown);
      if (!(error instanceof UserError)) throw error;
      tell({ kind: 'error', message: error.message });
      end(error.exitCode);
    },
  );
});
// Whoever ordered the run is gone: end as at Ctrl-C, with a checkpoint.
process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'));

async function make(order: WorkerOrder): Promise<void> {
  await interruptible(
    async (signal) => {
      const backend = await chooseBackend({ prefer: order.backend, install: false, terminal, signal });
      let told = 0;
      await executeRun(order.run, {
        seed: BigInt(order.seed),
        steps: order.steps,
        evaluateEvery: order.evaluateEvery,
        data: await loadData(order.dataSource, { signal }),
        dataSource: order.dataSource,
        backend,
        out: order.out,
        fresh: order.fresh,
        terminal,
        signal,
        onEvent: ({ kind, step }) => {
          if (kind !== 'step' || performance.now() - told < NEWS_EVERY) return;
          told = performance.now();
          tell({ kind: 'step', step });
        },
      });
    },
    { advice: 'The same command goes on.' },
  );
}

/** The parent draws the progress; what else there is to say goes there too. */
const terminal: Terminal = {
  quiet: true,
  write: (text: string) => {
    tell({ kind: 'line', text });
    return true;
  },
};

function tell(news: WorkerNews): void {
  if (process.connected) process.send?.(news);
}

/** Lets what was told get through before the process ends. */
function end(code: number): void {
  process.exitCode = code;
  process.removeAllListeners('disconnect');
  if (process.connected) process.disconnect();
}

import { loadData } from '../data/load.js';
import { chooseBackend } from '../runs/backend.js';
import { executeRun } from '../runs/execute.js';
import { explainedFailure } from '../terminal/explain-failure.js';
import { interruptible } from '../terminal/interruption.js';
import type { Terminal } from '../terminal/terminal.js';
import { UserError } from '../terminal/user-error.js';
import type { WorkerMessage, WorkerTask } from './messages.js';

/** The interval of messages about steps, in milliseconds. */
const MESSAGE_INTERVAL = 200;

/** The process of one run: it receives a task, reports its progress, and ends. */
process.once('message', (order: WorkerTask) => {
  make(order).then(
    () => end(0),
    (thrown: unknown) => {
      const error = explainedFailure(thrown);
      if (!(error instanceof UserError)) throw error;
      send({ kind: 'error', message: error.message });
      end(error.exitCode);
    },
  );
});
// The parent has ended: end as at Ctrl-C, with a checkpoint.
process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'));

async function make(order: WorkerTask): Promise<void> {
  await interruptible(
    async (signal) => {
      const backend = await chooseBackend({ prefer: order.backend, install: false, terminal, signal });
      let lastMessage = 0;
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
          if (kind !== 'step' || performance.now() - lastMessage < MESSAGE_INTERVAL) return;
          lastMessage = performance.now();
          send({ kind: 'step', step });
        },
      });
    },
    { advice: 'Repeat the command to resume.' },
  );
}

/** The parent draws the progress, so all output is sent to it. */
const terminal: Terminal = {
  quiet: true,
  write: (text: string) => {
    send({ kind: 'line', text });
    return true;
  },
};

function send(news: WorkerMessage): void {
  if (process.connected) process.send?.(news);
}

/** Waits until all messages are sent, then ends the process. */
function end(code: number): void {
  process.exitCode = code;
  process.removeAllListeners('disconnect');
  if (process.connected) process.disconnect();
}

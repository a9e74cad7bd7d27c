import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { TaskOptions } from '../runs/options.js';
import { type Task, taskName } from '../runs/tasks.js';
import { throwIfInterrupted } from '../terminal/interruption.js';
import { UserError } from '../terminal/user-error.js';
import { Board, type PendingTask } from './board.js';
import type { WorkerMessage, WorkerTask } from './messages.js';

const WORKER = fileURLToPath(new URL('worker.js', import.meta.url));

/**
 * Trains each task's run in a process of its own, `workers` at a time, with one line of progress
 * for all.
 *
 * Each worker has the backend's usual number of threads, although they share the cores. Another
 * number would sum in another order, so that a run's bits would depend on the number of workers.
 * The first worker that fails ends the others, which keep their checkpoints.
 */
export async function executeInWorkers(pending: readonly PendingTask[], options: TaskOptions): Promise<void> {
  const board = new Board(pending, options.terminal);
  const queue = pending.map(({ task }) => task);
  const failed = new AbortController();
  const signal = AbortSignal.any([options.signal, failed.signal]);
  const work = async (): Promise<void> => {
    try {
      for (let task = queue.shift(); task && !signal.aborted; task = queue.shift()) {
        await makeInProcess(task, { options, signal, board });
      }
    } catch (error) {
      failed.abort();
      throw error;
    }
  };
  const ends = await Promise.allSettled(
    Array.from({ length: Math.min(options.workers, pending.length) }, work),
  );
  board.clear();
  const failure = ends.find((end) => end.status === 'rejected');
  if (failure) throw failure.reason;
  throwIfInterrupted(options.signal, `with ${board.done} of ${pending.length} runs done`);
}

async function makeInProcess(
  task: Task,
  { options, signal, board }: { options: TaskOptions; signal: AbortSignal; board: Board },
): Promise<void> {
  // Detached, in a process group of its own, so that Ctrl-C reaches only the parent, which passes
  // it on once.
  const child = fork(WORKER, [], { stdio: ['ignore', 'ignore', 'pipe', 'ipc'], detached: true });
  let sentence = '';
  let errors = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    errors = (errors + chunk).slice(-4000);
  });
  child.on('message', (news: WorkerMessage) => {
    if (news.kind === 'step') board.onStep(task, news.step);
    else if (news.kind === 'line') board.say(task, news.text);
    else sentence = news.message;
  });
  const stop = () => child.kill(signal.reason === 'SIGINT' ? 'SIGINT' : 'SIGTERM');
  signal.addEventListener('abort', stop);
  try {
    child.send(orderOf(task, options));
    const code = await ended(child);
    if (code === 0) board.finish(task);
    else if (signal.aborted) {
      // It received a signal to stop; an error that prevented a regular stop must be shown.
      if (code !== 130 && code !== 143 && sentence) board.say(task, `${sentence}\n`);
    } else {
      throw new UserError(
        `${taskName(task)}: ${sentence || `its process ended (${code}). ${errors.trim()}`}`,
      );
    }
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

/** Returns the exit code, or the signal that killed it. */
function ended(child: ChildProcess): Promise<number | NodeJS.Signals | null> {
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => resolve(code ?? signal));
  });
}

function orderOf({ run, seed }: Task, options: TaskOptions): WorkerTask {
  const { steps, evaluateEvery, dataSource, backend, out, fresh } = options;
  return { run, seed: String(seed), steps, evaluateEvery, dataSource, backend: backend.name, out, fresh };
}

import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { RunMessage, RunOrder } from './target.js';

/** The program of the process of a run. */
const PROGRAM = fileURLToPath(new URL('./run-process.js', import.meta.url));

/** Milliseconds between the request to stop and the end by force: a step and a checkpoint. */
const GRACE = 60_000;

/** The end of the process of a run. */
type RunEnd =
  | { readonly type: 'done'; readonly value: number | null }
  | { readonly type: 'stopped' }
  | { readonly type: 'failed'; readonly reason: string };

/** Options of {@link startRun}. */
export interface StartRunOptions {
  /** Called for each value on the way. */
  onReport: (step: number, value: number | null) => void;
  /** Megabytes of JavaScript's heap; null for Node's own limit. */
  memory: number | null;
}

/** A running process of a run. */
export interface RunChild {
  /** The end, once it comes. */
  readonly ended: Promise<RunEnd>;
  /** Asks for a checkpoint and the end; by force after a minute. */
  stop(): void;
  /** Ends it at once. */
  kill(): void;
}

/**
 * Runs a target in a process of its own: one that crashes takes nothing else with it, and its
 * worker goes on beating.
 */
export function startRun(order: RunOrder, { onReport, memory }: StartRunOptions): RunChild {
  const child = fork(PROGRAM, [], {
    stdio: ['ignore', 'inherit', 'pipe', 'ipc'],
    ...(memory === null ? {} : { execArgv: [...process.execArgv, `--max-old-space-size=${memory}`] }),
  });
  let end: RunEnd | null = null;
  let lastLine = '';
  let force: NodeJS.Timeout | undefined;
  child.stderr?.on('data', (data: Buffer) => {
    process.stderr.write(data);
    lastLine = data.toString().trim().split('\n').at(-1) ?? '';
  });
  child.on('message', (message: RunMessage) => {
    if (message.type === 'ready') child.send(order);
    else if (message.type === 'reported') onReport(message.step, message.value);
    else if (message.type === 'failed') end = message;
    else end = message.stopped ? { type: 'stopped' } : { type: 'done', value: message.value };
  });
  const ended = new Promise<RunEnd>((resolve) => {
    child.on('error', (error) => {
      end ??= { type: 'failed', reason: `The process of the run did not start: ${error.message}` };
      resolve(end);
    });
    child.on('close', (code, signal) => {
      clearTimeout(force);
      const how = signal === null ? `with exit code ${code}` : `by ${signal}`;
      const reason = `The process of the run ended ${how}${lastLine === '' ? '' : `: ${lastLine}`}`;
      resolve(end ?? { type: 'failed', reason });
    });
  });
  return {
    ended,
    stop: () => {
      if (child.connected) child.send({ type: 'stop' }, () => undefined);
      force ??= setTimeout(() => child.kill('SIGKILL'), GRACE);
    },
    kill: () => void child.kill('SIGKILL'),
  };
}

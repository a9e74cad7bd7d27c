import { type ChildProcess, spawn } from 'node:child_process';
import { availableParallelism, freemem } from 'node:os';
import { fileURLToPath } from 'node:url';
import { checkInteger, checkNumber, checkOptions, type OptionNames } from '@trainkit/checks';
import type { Engine } from './engine.js';

/** Options of {@link LocalEngine}. */
export interface LocalEngineOptions {
  /** Workers at once. Default as many as the machine holds. */
  workers?: number | undefined;
  /** Cores that a run keeps busy. Default 1. */
  cores?: number | undefined;
  /**
   * Megabytes that a run needs, and the limit of its JavaScript's heap. Default no limit; 512 are
   * reckoned with.
   */
  memory?: number | undefined;
  /** Seconds after which nothing is begun any more and runs are given back. Default no limit. */
  maxTime?: number | undefined;
  /** Workers that died and are replaced, in all. Default 100. */
  restarts?: number | undefined;
  /** Flags of Node for workers and runs. Default none. */
  execArgv?: readonly string[] | undefined;
}

const LOCAL: OptionNames<LocalEngineOptions> = {
  workers: true,
  cores: true,
  memory: true,
  maxTime: true,
  restarts: true,
  execArgv: true,
};

const PROGRAM = fileURLToPath(new URL('./worker-process.js', import.meta.url));

/** Megabytes of a worker and its run, where nobody says. */
const USUAL_MEMORY = 512;

/**
 * Workers as processes of this machine, no more than it holds. One that dies is replaced.
 *
 * The workers outlive the process that woke them: a sweep goes on where its submitter is killed.
 */
export class LocalEngine implements Engine {
  /** Workers at once. */
  readonly workers: number;
  readonly #arguments: readonly string[];
  readonly #options: string;
  readonly #running = new Set<ChildProcess>();
  #restarts: number;
  #isStopping = false;
  #fault: Error | null = null;
  #waiting: (() => void)[] = [];

  /**
   * @throws TypeError and RangeError that name what is wrong in the options
   * @throws RangeError where the machine does not hold one worker
   */
  constructor(options: LocalEngineOptions = {}) {
    const {
      workers,
      cores = 1,
      memory,
      maxTime,
      restarts = 100,
      execArgv = [],
    } = checkOptions('LocalEngine', options, LOCAL);
    if (workers !== undefined) checkInteger('LocalEngine', 'workers', workers, { min: 1 });
    checkNumber('LocalEngine', 'cores', cores, { above: 0 });
    if (memory !== undefined) checkInteger('LocalEngine', 'memory', memory, { min: 1 });
    if (maxTime !== undefined) checkNumber('LocalEngine', 'maxTime', maxTime, { above: 0 });
    checkInteger('LocalEngine', 'restarts', restarts);
    const free = Math.floor(freemem() / 2 ** 20);
    const needed = memory ?? USUAL_MEMORY;
    const held = Math.min(Math.max(1, Math.floor(availableParallelism() / cores)), Math.floor(free / needed));
    if (held === 0) {
      throw new RangeError(
        `LocalEngine: memory is ${needed} MB; expected at most the ${free} MB that are free. Free some, or write { memory: ${free} }.`,
      );
    }
    // A core may be shared, memory may not.
    this.workers = Math.min(workers ?? held, Math.floor(free / needed));
    this.#arguments = execArgv;
    this.#options = JSON.stringify({ memory, maxTime });
    this.#restarts = restarts;
  }

  /** Starts the workers that are missing. */
  wake(folder: string): void {
    this.#isStopping = false;
    while (this.#running.size < this.workers) this.#start(folder);
  }

  /**
   * Resolves once no worker runs any more; rejects with the message of one that ended with an
   * error.
   */
  async settled(): Promise<void> {
    if (this.#running.size > 0) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    if (this.#fault !== null) throw this.#fault;
  }

  /** Asks the workers to give their runs back, and resolves once they have ended. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    for (const worker of this.#running) worker.kill('SIGTERM');
    await this.settled();
  }

  #start(folder: string): void {
    const worker = spawn(process.execPath, [...this.#arguments, PROGRAM, folder, this.#options], {
      stdio: ['ignore', 'inherit', 'pipe'],
      // A terminal's Ctrl-C is for the submitter, which decides what it means.
      detached: true,
    });
    this.#running.add(worker);
    let lastLine = '';
    worker.stderr?.on('data', (data: Buffer) => {
      process.stderr.write(data);
      lastLine = data.toString().trim().split('\n').at(-1) ?? '';
    });
    let isOver = false;
    const over = (code: number | null, signal: string | null, message: string) => {
      if (isOver) return;
      isOver = true;
      this.#running.delete(worker);
      const died = signal !== null && !this.#isStopping;
      if (died && this.#restarts > 0) {
        this.#restarts--;
        this.#start(folder);
      } else if (died || (code !== null && code !== 0)) {
        this.#fault ??= new Error(
          `A worker of the sweep ended ${signal === null ? '' : `by ${signal}`}: ${message}`,
        );
      }
      if (this.#running.size > 0) return;
      for (const resolve of this.#waiting.splice(0)) resolve();
    };
    worker.on('error', (error) => over(1, null, error.message));
    worker.on('exit', (code, signal) => over(code, signal, lastLine));
  }
}

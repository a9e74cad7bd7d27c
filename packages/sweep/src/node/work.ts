import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { checkInteger, checkNumber, checkOptions, errorMessage, type OptionNames } from '@trainkit/checks';
import { makeFolder, writeWhole } from '@trainkit/checks/files';
import type { SweepEvent } from '../journal/event.js';
import type { Journal } from '../journal/journal.js';
import type { RunState } from '../journal/run-state.js';
import { type RunChild, startRun } from './run-child.js';
import { openSweep, type SweepFolder } from './sweep-folder.js';

/** Options of {@link work}. */
export interface WorkOptions {
  /** Ends the worker: its run saves a checkpoint and is given back. Default never. */
  signal?: AbortSignal | undefined;
  /**
   * Seconds after which the worker begins no run any more and gives its own back. Default no limit.
   */
  maxTime?: number | undefined;
  /** Megabytes of JavaScript's heap in the process of a run. Default Node's own limit. */
  memory?: number | undefined;
}

const WORK: OptionNames<WorkOptions> = { signal: true, maxTime: true, memory: true };

/** Why a worker ended: the sweep is finished, or the worker was to stop. */
export type WorkEnd = 'finished' | 'stopped';

/**
 * Works on a sweep until it is finished: claims a run, trains it in a process of its own, and tells
 * the journal.
 *
 * Any number of workers on any number of machines that see the folder may do so at once; each
 * decides by the journal alone.
 *
 * @throws Error where the target has changed since the sweep was submitted, and where the folder
 *   cannot be written
 */
export async function work(folder: string, options: WorkOptions = {}): Promise<WorkEnd> {
  const { signal, maxTime, memory } = checkOptions('work', options, WORK);
  if (maxTime !== undefined) checkNumber('work', 'maxTime', maxTime, { above: 0 });
  if (memory !== undefined) checkInteger('work', 'memory', memory, { min: 1 });
  const sweep = openSweep(folder);
  sweep.checkCode();
  const timeout = maxTime === undefined ? [] : [AbortSignal.timeout(maxTime * 1000)];
  const stop = AbortSignal.any([...timeout, ...(signal === undefined ? [] : [signal])]);
  const worker = new Worker(sweep, stop, memory ?? null);
  return worker.work();
}

class Worker {
  /** A name that no other process ever has. */
  readonly #name = `${hostname()}-${process.pid}-${randomBytes(6).toString('hex')}`;
  readonly #sweep: SweepFolder;
  readonly #journal: Journal;
  readonly #stop: AbortSignal;
  readonly #memory: number | null;
  #beats = 0;
  #child: RunChild | null = null;
  #fault: unknown = null;

  constructor(sweep: SweepFolder, stop: AbortSignal, memory: number | null) {
    this.#sweep = sweep;
    this.#journal = sweep.journal();
    this.#stop = stop;
    this.#memory = memory;
  }

  async work(): Promise<WorkEnd> {
    const beating = new AbortController();
    const beats = this.#beat(beating.signal);
    try {
      for (;;) {
        if (this.#fault !== null) throw this.#fault;
        if (this.#stop.aborted) return 'stopped';
        const run = this.#claim();
        if (run === 'finished') return run;
        if (run === 'wait') await this.#wait();
        else await this.#train(run);
      }
    } finally {
      beating.abort();
      await beats;
    }
  }

  /** Claims a run, or returns that there is none now or none any more. */
  #claim(): Readonly<RunState> | 'wait' | 'finished' {
    let idle: 'wait' | 'finished' = 'wait';
    this.#journal.append((view) => {
      // A claim whose confirmation was lost on its way is there already.
      if (view.state.claimOf(this.#name) !== null) return null;
      const next = view.next(this.#name);
      if (typeof next !== 'string') return next;
      idle = next;
      return null;
    });
    return this.#journal.view.state.claimOf(this.#name) ?? idle;
  }

  async #train({ run, attempt, goal, seed, config }: Readonly<RunState>): Promise<void> {
    const folder = this.#sweep.runFolder(run);
    const settings = { ...this.#sweep.sweep.base, ...config };
    makeFolder(folder);
    writeWhole(
      join(folder, 'config.json'),
      `${JSON.stringify({ config: settings, seed, code: this.#sweep.code })}\n`,
    );
    const child = startRun(
      { type: 'run', target: this.#sweep.target, config: settings, seed, steps: goal, folder },
      {
        memory: this.#memory,
        onReport: (step, value) => this.#tell({ type: 'reported', run, attempt, step, value }),
      },
    );
    this.#child = child;
    const stop = () => child.stop();
    this.#stop.addEventListener('abort', stop);
    if (this.#stop.aborted) stop();
    const end = await child.ended;
    this.#stop.removeEventListener('abort', stop);
    this.#child = null;
    if (this.#fault !== null) return;
    if (end.type === 'done') this.#tell({ type: 'done', run, attempt, steps: goal, value: end.value });
    else if (end.type === 'failed') this.#tell({ type: 'failed', run, attempt, reason: end.reason });
    else this.#tell({ type: 'released', run, attempt });
  }

  /** Appends what happened to the claim, unless it is lost. */
  #tell(event: SweepEvent & { run: string; attempt: number }): void {
    try {
      this.#journal.append((view) => {
        const claim = view.state.claimOf(this.#name);
        return claim?.run === event.run && claim.attempt === event.attempt ? [event] : null;
      });
    } catch (error) {
      this.#end(error);
    }
  }

  /**
   * Gives a sign of life after each interval, and ends the process of a run that this worker lost.
   */
  async #beat(signal: AbortSignal): Promise<void> {
    while (!signal.aborted && this.#fault === null) {
      try {
        const beat = ++this.#beats;
        this.#journal.append(() => [{ type: 'beat' as const, worker: this.#name, beat }]);
        if (this.#journal.view.state.claimOf(this.#name) === null) this.#child?.kill();
      } catch (error) {
        this.#end(error);
      }
      await sleep(this.#sweep.beatSeconds * 1000, undefined, { signal }).catch(() => undefined);
    }
  }

  /**
   * Waits for what others do: a part of an interval, drawn so that workers do not all look at once.
   */
  async #wait(): Promise<void> {
    const part = (0.1 + 0.2 * Math.random()) * this.#sweep.beatSeconds * 1000;
    await sleep(Math.min(part, 2000), undefined, { signal: this.#stop }).catch(() => undefined);
  }

  /**
   * Ends the worker with an error: a journal that cannot be written tells nobody of what it does.
   */
  #end(error: unknown): void {
    this.#fault ??= error instanceof Error ? error : new Error(errorMessage(error));
    this.#child?.kill();
  }
}

import { expected } from '@trainkit/checks';
import type { FitResult } from '../../loop/trainer.js';
import { hasMethods } from '../../state/has-methods.js';
import { errorFrom } from './errors.js';
import {
  listen,
  type MessageEndpoint,
  send,
  type TrainingProgress,
  type WorkerEvent,
  type WorkerRequest,
} from './messages.js';
import type { TrainerProgram } from './serve-trainer.js';

/** The end of a training in a worker; an error is a value. */
export type TrainingOutcome<Output> =
  /** All steps were done, or the stop criterion ended the run. */
  | { readonly type: 'finished'; readonly result: FitResult; readonly output: Output | undefined }
  /** The page has stopped it after `step` steps, with a checkpoint. */
  | { readonly type: 'stopped'; readonly step: number }
  /** A `DivergenceError` has its fields; other errors have their name and message. */
  | { readonly type: 'failed'; readonly error: Error };

/** The events of a training in a worker, by name, with what their listeners are given. */
export interface TrainingEvents {
  /** The training begins, or goes on after a pause or a reload: steps that are done, and steps in all. */
  begin: { readonly step: number; readonly steps: number };
  /** New numbers; at most one event for each frame of the page. */
  progress: TrainingProgress;
  /** The training is paused, with a checkpoint. */
  paused: { readonly step: number };
  /** A line of text for the person. */
  message: { readonly text: string };
}

/** The settings that a program takes. */
type SettingsOf<Program> = Program extends TrainerProgram<infer Settings, infer _> ? Settings : never;

/** The output that a program gives beside its result. */
type OutputOf<Program> = Program extends TrainerProgram<never, infer Output> ? Output : never;

/** No argument for a program without settings. */
type StartArguments<Settings> = [undefined] extends [Settings] ? [settings?: Settings] : [settings: Settings];

/**
 * Connects a page with the trainer that a worker serves by {@link serveTrainer}.
 *
 * @param worker the worker, which stays the caller's to terminate
 */
export function connectTrainer<Program extends TrainerProgram<never, unknown>>(
  worker: Worker | MessageEndpoint,
): TrainerConnection<SettingsOf<Program>, OutputOf<Program>> {
  if (
    typeof worker !== 'object' ||
    worker === null ||
    !hasMethods(worker, 'postMessage', 'addEventListener')
  ) {
    throw new TypeError(
      expected(
        'connectTrainer',
        'worker',
        worker,
        'a Worker',
        "Write new Worker(new URL('./train.worker.js', import.meta.url), { type: 'module' }).",
      ),
    );
  }
  return new TrainerConnection(worker);
}

/** A training in a worker, as the page sees it: the result of {@link connectTrainer}. */
export class TrainerConnection<Settings, Output> {
  readonly #worker: Worker | MessageEndpoint;
  readonly #listeners: { [Name in keyof TrainingEvents]: Set<(event: TrainingEvents[Name]) => void> } = {
    begin: new Set(),
    progress: new Set(),
    paused: new Set(),
    message: new Set(),
  };
  #settle: ((outcome: TrainingOutcome<Output>) => void) | null = null;

  /** @param worker the worker that serves the trainer */
  constructor(worker: Worker | MessageEndpoint) {
    this.#worker = worker;
  }

  /**
   * Starts the training; resolves with its outcome, an error too. A run that is in its folder goes on.
   *
   * @throws Error where the training runs already
   */
  start(...[settings]: StartArguments<Settings>): Promise<TrainingOutcome<Output>> {
    if (this.#settle !== null) {
      throw new Error('start: this worker is training already. Await its outcome, or stop it.');
    }
    return new Promise((resolve) => {
      const stopListening = [
        listen<WorkerEvent<Output>>(this.#worker, (event) => this.#hear(event)),
        onCrash(this.#worker, (error) => this.#settle?.({ type: 'failed', error })),
      ];
      this.#settle = (outcome) => {
        this.#settle = null;
        for (const stop of stopListening) stop();
        resolve(outcome);
      };
      this.#ask({ type: 'start', settings });
    });
  }

  /** Pauses after the running step, with a checkpoint; `paused` tells when. */
  pause(): void {
    this.#ask({ type: 'pause' });
  }

  /** Lets a paused training go on, to the bytes of one that was never paused. */
  resume(): void {
    this.#ask({ type: 'resume' });
  }

  /** Stops after the running step, with a checkpoint: the outcome is then `stopped`, and the next start goes on. */
  stop(): void {
    this.#ask({ type: 'stop' });
  }

  /** Calls `listener` with each event of that name; returns the function that stops it. */
  on<Name extends keyof TrainingEvents>(
    name: Name,
    listener: (event: TrainingEvents[Name]) => void,
  ): () => void {
    if (!Object.hasOwn(this.#listeners, name)) {
      throw new TypeError(
        expected('on', 'name', name, Object.keys(this.#listeners).join(', '), "Write on('progress', …)."),
      );
    }
    this.#listeners[name].add(listener);
    return () => this.#listeners[name].delete(listener);
  }

  #ask(request: WorkerRequest<Settings | undefined>): void {
    send(this.#worker, request);
  }

  #hear(event: WorkerEvent<Output>): void {
    const { begin, progress, paused, message } = this.#listeners;
    if (event.type === 'begin') emit(begin, event);
    else if (event.type === 'progress') emit(progress, event);
    else if (event.type === 'paused') emit(paused, event);
    else if (event.type === 'message') emit(message, event);
    else if (event.type === 'failed') this.#settle?.({ type: 'failed', error: errorFrom(event.error) });
    else this.#settle?.(event);
  }
}

function emit<Event>(listeners: ReadonlySet<(event: Event) => void>, event: Event): void {
  for (const listener of listeners) listener(event);
}

/** A worker whose script does not load, or throws outside of the training, says nothing itself. */
function onCrash(worker: Worker | MessageEndpoint, fail: (error: Error) => void): () => void {
  if (typeof Worker === 'undefined' || !(worker instanceof Worker)) return () => undefined;
  const listener = ({ message }: ErrorEvent) => {
    const what = message || 'its script cannot be loaded';
    fail(new Error(`The worker failed: ${what}. Look at the console, and at the worker's URL.`));
  };
  worker.addEventListener('error', listener);
  return () => worker.removeEventListener('error', listener);
}

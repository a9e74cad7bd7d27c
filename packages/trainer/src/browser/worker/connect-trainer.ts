import { errorReason, expected } from '@trainkit/checks';
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

/** The events of a training in a worker, by name, with the arguments of their listeners. */
export interface TrainingEvents {
  /**
   * The training begins, or resumes after a pause or a reload, with the completed and the total
   * steps.
   */
  begin: { readonly step: number; readonly steps: number };
  /** New numbers; at most one event for each frame of the page. */
  progress: TrainingProgress;
  /** The training is paused, with a checkpoint. */
  paused: { readonly step: number };
  /** A line of text for the user. */
  message: { readonly text: string };
}

/** The settings of a program. */
type SettingsOf<Program> = Program extends TrainerProgram<infer Settings, infer _> ? Settings : never;

/** The output of a program, in addition to its result. */
type OutputOf<Program> = Program extends TrainerProgram<never, infer Output> ? Output : never;

/** No argument for a program without settings. */
type StartArguments<Settings> = [undefined] extends [Settings] ? [settings?: Settings] : [settings: Settings];

/**
 * Connects a page with the trainer that a worker serves with {@link serveTrainer}.
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

/** A training in a worker: the result of {@link connectTrainer}. */
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
   * Starts the training, or resumes the run in its folder. Resolves with the outcome, which may be
   * an error.
   *
   * @throws Error if the training is already running
   */
  start(...[settings]: StartArguments<Settings>): Promise<TrainingOutcome<Output>> {
    if (this.#settle !== null) {
      throw new Error('start: this worker is training already. Await its outcome, or stop it.');
    }
    return new Promise((resolve) => {
      const stopListening = [
        listen<WorkerEvent<Output>>(this.#worker, (event) => this.#onEvent(event)),
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

  /** Pauses after the running step, with a checkpoint; the event `paused` follows. */
  pause(): void {
    this.#ask({ type: 'pause' });
  }

  /** Resumes a paused training, to the same bytes as one that was never paused. */
  resume(): void {
    this.#ask({ type: 'resume' });
  }

  /**
   * Stops after the running step, with a checkpoint. The outcome is then `stopped`, and the next
   * start resumes.
   */
  stop(): void {
    this.#ask({ type: 'stop' });
  }

  /**
   * Calls `listener` with each event of that name; returns a function that removes the listener.
   */
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

  #onEvent(event: WorkerEvent<Output>): void {
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

/**
 * Reports a worker whose script does not load, or throws outside of the training; it sends no
 * message itself.
 */
function onCrash(worker: Worker | MessageEndpoint, fail: (error: Error) => void): () => void {
  if (typeof Worker === 'undefined' || !(worker instanceof Worker)) return () => undefined;
  const listener = ({ message }: ErrorEvent) => {
    const what = errorReason(message || 'its script cannot be loaded');
    fail(new Error(`The worker failed: ${what}. Look at the console, and at the worker's URL.`));
  };
  worker.addEventListener('error', listener);
  return () => worker.removeEventListener('error', listener);
}

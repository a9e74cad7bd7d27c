import { checkFunction, expected } from '@trainkit/checks';
import { loggersOf } from '../../logging/loggers.js';
import type { FitOptions } from '../../loop/options.js';
import type { FitResult } from '../../loop/trainer.js';
import { errorValue } from './errors.js';
import { listen, type MessageEndpoint, send, type WorkerEvent, type WorkerRequest } from './messages.js';
import { Reporter } from './reporter.js';

/** The part of a `Trainer` that is served. */
export interface ServedTrainer {
  /** Trains or resumes. */
  fit(options: FitOptions): Promise<FitResult>;
  /** Frees the trainer's own tensors; called when the training has ended. */
  dispose(): Promise<void>;
}

/** The trainer of a worker's program, and the options of its fit. */
export interface ServedTraining<Output = undefined> {
  /** The trainer. */
  trainer: ServedTrainer;
  /** The options of its `fit`; the page's requests replace the signal. */
  fit: Omit<FitOptions, 'signal'>;
  /**
   * Returns the output for the page, in addition to the result: any value that a message can carry.
   * Default nothing.
   */
  output?: ((result: FitResult) => Output | Promise<Output>) | undefined;
  /** Disposes the program's own objects; called when the training has ended. Default nothing. */
  dispose?: (() => void | Promise<void>) | undefined;
}

/** The program of a worker; its type tells `connectTrainer` the settings and the output. */
export type TrainerProgram<Settings, Output> = (
  settings: Settings,
) => ServedTraining<Output> | Promise<ServedTraining<Output>>;

/**
 * Serves a training to the page that has started this worker; the page connects with
 * {@link connectTrainer}.
 *
 * The program creates backend, data, model and trainer, as it would on the page. It is called once
 * for each start. A pause or a stop takes effect after the running step, with a checkpoint in the
 * run's folder or in memory; a resumed training continues from there, to the same bytes.
 *
 * The trap: call it before the first `await` of the worker's module, or an earlier request is lost.
 * Await the backend and the like inside the program.
 *
 * @param program makes the trainer from the page's settings
 * @param endpoint carries the messages. Default: this worker's own global scope
 * @returns the program, for its type: `export type Program = typeof program`
 */
export function serveTrainer<Settings = undefined, Output = undefined>(
  program: TrainerProgram<Settings, Output>,
  endpoint: MessageEndpoint = ownScope(),
): TrainerProgram<Settings, Output> {
  checkFunction(
    'serveTrainer',
    'program',
    program,
    'Write serveTrainer((settings) => ({ trainer, fit: { steps } })).',
  );
  let session: Session<Settings, Output> | null = null;
  const tell = (event: WorkerEvent<Output>) => send(endpoint, event);
  listen<WorkerRequest<Settings>>(endpoint, (request) => {
    if (request.type === 'start') {
      // The page refuses a second start while the first one runs.
      session = new Session(program, tell);
      void session.run(request.settings);
    } else session?.ask(request.type);
  });
  return program;
}

/** One training, from its start to its end. */
class Session<Settings, Output> {
  readonly #program: TrainerProgram<Settings, Output>;
  readonly #tell: (event: WorkerEvent<Output>) => void;
  #wanted: 'run' | 'pause' | 'stop' = 'run';
  /** Aborts the running fit. */
  #controller = new AbortController();
  /** Resumes a paused training. */
  #wake: () => void = () => undefined;

  constructor(program: TrainerProgram<Settings, Output>, tell: (event: WorkerEvent<Output>) => void) {
    this.#program = program;
    this.#tell = tell;
  }

  ask(request: 'pause' | 'resume' | 'stop'): void {
    // After a stop there is nothing to pause or to resume.
    if (this.#wanted === 'stop') return;
    this.#wanted = request === 'resume' ? 'run' : request;
    if (request !== 'resume') this.#controller.abort(request);
    this.#wake();
  }

  async run(settings: Settings): Promise<void> {
    let event: WorkerEvent<Output>;
    let training: ServedTraining<Output> | null = null;
    try {
      training = checkTraining(await this.#program(settings));
      event = await this.#train(training);
    } catch (error) {
      event = { type: 'failed', error: errorValue(error) };
    }
    try {
      await training?.trainer.dispose();
      await training?.dispose?.();
      this.#tell(event);
    } catch (error) {
      // An output that a message cannot carry, or an error in the program's own disposal.
      this.#tell({ type: 'failed', error: errorValue(error) });
    }
  }

  /** Fits until the end, with pauses at the page's request. */
  async #train({ trainer, fit, output }: ServedTraining<Output>): Promise<WorkerEvent<Output>> {
    for (;;) {
      const step = await this.#fit(trainer, fit);
      if (typeof step !== 'number') {
        return { type: 'finished', result: step, output: await output?.(step) };
      }
      if (this.#wanted === 'pause') {
        this.#tell({ type: 'paused', step });
        while (this.#wanted === 'pause') {
          await new Promise<void>((resolve) => {
            this.#wake = resolve;
          });
        }
      }
      if (this.#wanted === 'stop') return { type: 'stopped', step };
    }
  }

  /** The result of a fit, or the step after which the page ended it. */
  async #fit(trainer: ServedTrainer, fit: ServedTraining<Output>['fit']): Promise<FitResult | number> {
    this.#controller = new AbortController();
    const { signal } = this.#controller;
    if (this.#wanted !== 'run') this.#controller.abort(this.#wanted);
    try {
      return await trainer.fit({ ...fit, log: [...loggersOf(fit.log), new Reporter(this.#tell)], signal });
    } catch (error) {
      if (signal.aborted && isInterruption(error)) return error.step;
      throw error;
    }
  }
}

/** Recognized by the error's name, since the program may have another copy of the package. */
function isInterruption(error: unknown): error is Error & { step: number } {
  return error instanceof Error && error.name === 'Interrupted' && 'step' in error;
}

function checkTraining<Output>(training: ServedTraining<Output>): ServedTraining<Output> {
  if (typeof training?.trainer?.fit === 'function' && typeof training.fit === 'object') return training;
  throw new TypeError(
    expected(
      'serveTrainer',
      'what the program returned',
      training,
      'an object with trainer and fit',
      'Write return { trainer, fit: { steps: 1000 } }.',
    ),
  );
}

function ownScope(): MessageEndpoint {
  if ('postMessage' in globalThis && typeof document === 'undefined') return globalThis;
  throw new Error(
    'serveTrainer: this is no worker; expected to be called in one. Start it with new Worker(url), or pass a MessagePort.',
  );
}

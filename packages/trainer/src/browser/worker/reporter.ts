import type { LogContext, Logger, TrainEvent, ValidationEvent } from '../../logging/logger.js';
import type { TrainingProgress, WorkerEvent } from './messages.js';

/** The time between two messages of progress in milliseconds; a page draws no more often. */
const FRAME = 16;

/** Logs a run to the page: all numbers, in at most one message for each of its frames. */
export class Reporter implements Logger {
  readonly #tell: (event: WorkerEvent<never>) => void;
  #steps = 0;
  #step = 0;
  #train: TrainingProgress['train'][number][] = [];
  #validation: TrainingProgress['validation'][number][] = [];
  #stepsPerSecond: number | null = null;
  #sent = Number.NEGATIVE_INFINITY;
  #timer: ReturnType<typeof setTimeout> | null = null;

  constructor(tell: (event: WorkerEvent<never>) => void) {
    this.#tell = tell;
  }

  begin({ step, steps }: LogContext): void {
    this.#step = step;
    this.#steps = steps;
    this.#tell({ type: 'begin', step, steps });
  }

  train({ step, values, clock }: TrainEvent): void {
    this.#step = step;
    this.#train.push({ step, values });
    this.#stepsPerSecond = clock['train/steps_per_second'] ?? this.#stepsPerSecond;
    this.#sendWhenDue();
  }

  validation({ step, values, best }: ValidationEvent): void {
    this.#validation.push({ step, values, best });
    this.#sendWhenDue();
  }

  message(text: string): void {
    this.#tell({ type: 'message', text });
  }

  /** Sends the last numbers before the event that ended the run. */
  end(): void {
    if (this.#timer !== null || this.#train.length + this.#validation.length > 0) this.#send();
  }

  #sendWhenDue(): void {
    const wait = this.#sent + FRAME - performance.now();
    if (wait <= 0) this.#send();
    // A long validation may follow, so the known numbers are sent first.
    else this.#timer ??= setTimeout(() => this.#send(), wait);
  }

  #send(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#sent = performance.now();
    this.#tell({
      type: 'progress',
      step: this.#step,
      steps: this.#steps,
      train: this.#train,
      validation: this.#validation,
      stepsPerSecond: this.#stepsPerSecond,
    });
    this.#train = [];
    this.#validation = [];
  }
}

import type { Tensor } from '@tensorflow/tfjs-core';
import type { RunStore } from '../runs/checkpoint-store.js';

/** The state of a run at its start or resume: the argument of {@link Logger.begin}. */
export interface LogContext {
  /** The completed steps. */
  readonly step: number;
  /** The total steps. */
  readonly steps: number;
  /** True if the validation after {@link step} is done. */
  readonly validated: boolean;
  /**
   * True if an earlier process may have logged a validation after {@link step} that is not part of
   * the training, since it was caused only by the end of a run.
   */
  readonly mayHaveValidated: boolean;
  /** The event of the last step, also of an earlier process; null at the start. */
  readonly last: TrainEvent | null;
  /** The path of the run's folder, or null. */
  readonly folder: string | null;
  /** The store of the run, for loggers that write to it without files. Default none. */
  readonly store?: RunStore | undefined;
  /** The path of the checkpoint from which the run resumes; null or undefined if there is none. */
  readonly checkpoint?: string | null | undefined;
  /**
   * The value of {@link Logger.state} at the checkpoint from which the run resumes; null if there
   * is none.
   */
  readonly state: unknown;
  /** Shows a problem that does not end the run. */
  warn(message: string): void;
}

/** The numbers of one step. */
export interface TrainEvent {
  /** The step, from 1 on. */
  readonly step: number;
  /**
   * Numbers by name: `train/loss`, other values of the step, `train/learning_rate`,
   * `train/gradient_norm`.
   */
  readonly values: Readonly<Record<string, number>>;
  /** Numbers from a clock, which differ from run to run: `train/steps_per_second`. */
  readonly clock: Readonly<Record<string, number>>;
  /** Tensors of more than one element from the step; the trainer disposes them after the event. */
  readonly tensors: Readonly<Record<string, Tensor>>;
}

/** The numbers of one validation. */
export interface ValidationEvent {
  /** The step after which the model was validated. */
  readonly step: number;
  /** Numbers by name: `validation/loss` and other values of the validation. */
  readonly values: Readonly<Record<string, number>>;
  /** Other values of the validation, such as a confusion matrix. */
  readonly extras: Readonly<Record<string, unknown>>;
  /** True if the validation is the best so far. */
  readonly best: boolean;
}

/**
 * Tensors whose distributions are logged: parameters as `weights/PATH`, gradients as
 * `gradients/PATH`.
 */
export interface HistogramEvent {
  /** The step after which the tensors were read. */
  readonly step: number;
  /** Tensors by name; they stay the trainer's. */
  readonly tensors: Readonly<Record<string, Tensor>>;
}

/** A checkpoint that was written. */
export interface CheckpointEvent {
  /** The completed steps at the checkpoint. */
  readonly step: number;
  /** The path of the checkpoint, or null if it is in memory. */
  readonly path: string | null;
}

/** The end of a fit. */
export interface EndEvent {
  /** The completed steps. */
  readonly step: number;
  /** The error that ended the run, else null. */
  readonly error: unknown;
  /** The numbers of the last validation. */
  readonly values: Readonly<Record<string, number>>;
}

/**
 * A receiver of a run's numbers; all methods are optional.
 *
 * @example
 * ```ts
 * import type { Logger } from '@trainkit/trainer';
 *
 * const printer: Logger = {
 *   validation: ({ step, values }) => console.log(step, values['validation/loss']),
 * };
 * printer.validation?.({ step: 10, values: { 'validation/loss': 0.5 }, extras: {}, best: true }); // → 10 0.5
 * ```
 */
export interface Logger {
  /** The name of its {@link state} in checkpoints; a logger without a name has no state. */
  readonly name?: string | undefined;
  /** Called before all other methods. */
  readonly begin?: ((context: LogContext) => void | Promise<void>) | undefined;
  /** Called after each step. */
  readonly train?: ((event: TrainEvent) => void) | undefined;
  /** Called after each validation. */
  readonly validation?: ((event: ValidationEvent) => void) | undefined;
  /**
   * Called with parameters and gradients before a validation's event, if the trainer's option
   * `histograms` is true.
   */
  readonly histograms?: ((event: HistogramEvent) => void) | undefined;
  /** Shows a line of text. */
  readonly message?: ((text: string) => void) | undefined;
  /** Called after each checkpoint. */
  readonly checkpoint?: ((event: CheckpointEvent) => void) | undefined;
  /** Resolves when everything logged so far is on the disk; called before each checkpoint. */
  readonly flush?: (() => void | Promise<void>) | undefined;
  /** Returns the logger's state for a checkpoint, plain JSON; called after {@link flush}. */
  readonly state?: (() => unknown) | undefined;
  /** Called at the end, also after an error. */
  readonly end?: ((event: EndEvent) => void | Promise<void>) | undefined;
}

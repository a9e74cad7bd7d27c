import type { Tensor } from '@tensorflow/tfjs-core';
import type { RunStore } from '../runs/checkpoint-store.js';

/** A run as it begins or goes on: what {@link Logger.begin} hears. */
export interface LogContext {
  /** Steps that are done. */
  readonly step: number;
  /** Steps in all. */
  readonly steps: number;
  /** True where the validation after {@link step} is done. */
  readonly validated: boolean;
  /**
   * True where an earlier process may have logged a validation after {@link step} that is no part of the training: one
   * that the end of a run caused.
   */
  readonly mayHaveValidated: boolean;
  /** The event of the last step, of an earlier process too; null at the start. */
  readonly last: TrainEvent | null;
  /** The path of the run's folder, or null. */
  readonly folder: string | null;
  /** The store of the run, for loggers that write to it where there are no files. Default none. */
  readonly store?: RunStore | undefined;
  /** The path of the checkpoint from which the run goes on; null or undefined where there is none. */
  readonly checkpoint?: string | null | undefined;
  /** The value that {@link Logger.state} had at the checkpoint from which the run goes on; null where there is none. */
  readonly state: unknown;
  /** Tells the person about trouble that does not end the run. */
  warn(message: string): void;
}

/** The numbers of one step. */
export interface TrainEvent {
  /** The step, from 1 on. */
  readonly step: number;
  /** Numbers by name: `train/loss`, what else the step returned, `train/learning_rate`, `train/gradient_norm`. */
  readonly values: Readonly<Record<string, number>>;
  /** Numbers that a clock gave, which differ from run to run: `train/steps_per_second`. */
  readonly clock: Readonly<Record<string, number>>;
  /** Tensors of more than one element that the step returned; the trainer disposes them after the event. */
  readonly tensors: Readonly<Record<string, Tensor>>;
}

/** The numbers of one validation. */
export interface ValidationEvent {
  /** The step after which the model was validated. */
  readonly step: number;
  /** Numbers by name: `validation/loss` and what else the validation returned. */
  readonly values: Readonly<Record<string, number>>;
  /** Everything else that the validation returned, such as a confusion matrix. */
  readonly extras: Readonly<Record<string, unknown>>;
  /** True where the validation is the best so far. */
  readonly best: boolean;
}

/** Tensors whose distributions are logged: parameters as `weights/PATH`, gradients as `gradients/PATH`. */
export interface HistogramEvent {
  /** The step after which they are. */
  readonly step: number;
  /** Tensors by name; they stay the trainer's. */
  readonly tensors: Readonly<Record<string, Tensor>>;
}

/** A checkpoint that was written. */
export interface CheckpointEvent {
  /** Steps that it holds. */
  readonly step: number;
  /** Its path, or null where it is in memory. */
  readonly path: string | null;
}

/** The end of a fit. */
export interface EndEvent {
  /** Steps that are done. */
  readonly step: number;
  /** The error that ended the run, else null. */
  readonly error: unknown;
  /** The last validation's numbers. */
  readonly values: Readonly<Record<string, number>>;
}

/**
 * A receiver of a run's numbers; every part is optional.
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
  /** The name of its {@link state} in checkpoints; default none, and then it has no state. */
  readonly name?: string | undefined;
  /** Called before everything else. */
  readonly begin?: ((context: LogContext) => void | Promise<void>) | undefined;
  /** Called after each step. */
  readonly train?: ((event: TrainEvent) => void) | undefined;
  /** Called after each validation. */
  readonly validation?: ((event: ValidationEvent) => void) | undefined;
  /** Called with parameters and gradients before a validation's event, where the trainer's `histograms` is true. */
  readonly histograms?: ((event: HistogramEvent) => void) | undefined;
  /** Shows a line of text. */
  readonly message?: ((text: string) => void) | undefined;
  /** Called after each checkpoint. */
  readonly checkpoint?: ((event: CheckpointEvent) => void) | undefined;
  /** Resolves when everything logged so far is safe on the disk: called before each checkpoint. */
  readonly flush?: (() => void | Promise<void>) | undefined;
  /** Returns what a checkpoint keeps of it, plain JSON: called after {@link flush}. */
  readonly state?: (() => unknown) | undefined;
  /** Called at the end, also after an error. */
  readonly end?: ((event: EndEvent) => void | Promise<void>) | undefined;
}

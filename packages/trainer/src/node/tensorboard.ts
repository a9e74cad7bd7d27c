import { readdirSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Tensor } from '@tensorflow/tfjs-core';
import {
  checkFunction,
  checkNumber,
  checkOptions,
  errorCode,
  errorMessage,
  type OptionNames,
} from '@trainkit/checks';
import { makeFolder } from '@trainkit/checks/files';
import type { SummaryWriter } from '@trainkit/tensorboard';
import type { HistogramEvent, Logger } from '../logging/logger.js';
import {
  type BeginInput,
  checkBegun,
  logContext,
  type TrainInput,
  trainEvent,
  type ValidationInput,
  validationEvent,
} from './log-input.js';

/** Options of {@link tensorboard}. */
export interface TensorboardOptions {
  /**
   * The folder of the event files; a relative one is in the run's folder, or in the current folder
   * without one. Default `'.'`, the run's folder itself.
   */
  path?: string | undefined;
  /** The flush interval in seconds between two checkpoints. Default 2. */
  flushSeconds?: number | undefined;
  /**
   * Returns the tag of a number or tensor with the given name, such as `train/loss`. Default: the
   * name itself.
   */
  tag?: ((name: string) => string) | undefined;
}

const OPTIONS: OptionNames<TensorboardOptions> = { path: true, flushSeconds: true, tag: true };

/**
 * Logs to TensorBoard: every number of steps and validations, with steps per second, and the
 * tensors that a step returns as histograms. Needs the package `@trainkit/tensorboard`.
 *
 * The events that a checkpoint covers are on the disk before it. When a run resumes, a new event
 * file begins with the step after the checkpoint, so that TensorBoard drops later points of earlier
 * processes.
 *
 * A failure to write event files does not end the run.
 */
export function tensorboard(options: TensorboardOptions = {}): Tensorboard {
  const {
    path = '.',
    flushSeconds = 2,
    tag = (name: string) => name,
  } = checkOptions('tensorboard', options, OPTIONS);
  checkFunction('tensorboard', 'tag', tag);
  checkNumber('tensorboard', 'flushSeconds', flushSeconds, { min: 0, max: 86_400 });
  return new Tensorboard(path, { flushSeconds, tag });
}

/** The logger of {@link tensorboard}. */
export class Tensorboard implements Logger {
  readonly #path: string;
  /**
   * The path without a run folder: resolved when the logger was created, whatever `process.chdir`
   * does later.
   */
  readonly #outside: string;
  readonly #flushSeconds: number;
  readonly #tag: (name: string) => string;
  /** Null before `begin`, and if no event file can be written. */
  #writer: SummaryWriter | null = null;
  #isBegun = false;

  /** @param path the folder of the event files, relative to the run's */
  constructor(path: string, { flushSeconds, tag }: { flushSeconds: number; tag: (name: string) => string }) {
    this.#path = path;
    this.#outside = resolve(path);
    this.#flushSeconds = flushSeconds;
    this.#tag = tag;
  }

  /**
   * Begins an event file.
   *
   * @throws Error if `@trainkit/tensorboard` is not installed
   */
  async begin(context: BeginInput = {}): Promise<void> {
    const { folder, step, mayHaveValidated, last, warn } = logContext(context);
    this.#isBegun = true;
    if (folder === null && this.#path === '.') {
      throw new Error(
        'tensorboard: there is no run folder; expected one to write events to. Give fit a folder, or tensorboard({ path }).',
      );
    }
    const path = folder === null ? this.#outside : resolve(folder, this.#path);
    const { SummaryWriter } = await importWriter();
    // The points of that validation must be removed, and with them those of the step: TensorBoard
    // drops whole steps.
    const redone = step > 0 && mayHaveValidated;
    try {
      makeFolder(path);
      const before = readdirSync(path).some((name) => name.startsWith('events.out.tfevents.'));
      this.#writer = new SummaryWriter(path, {
        flushSeconds: this.#flushSeconds,
        onError: ({ message }) => warn(message),
        ...(before ? { purgeStep: redone ? step : step + 1 } : {}),
      });
      if (before && redone && last !== null) this.train(last);
    } catch (error) {
      this.#writer = null;
      warn(`TensorBoard will show nothing of this run: ${errorMessage(error)}`);
    }
  }

  /** Logs the numbers of a step. */
  train(event: TrainInput): void {
    checkBegun('tensorboard', 'train', this.#isBegun);
    const { step, values, clock, tensors } = trainEvent(event);
    this.#scalars({ ...values, ...clock }, step);
    for (const [name, tensor] of Object.entries(tensors)) this.#histogram(name, tensor, step);
  }

  /** Logs the numbers of a validation. */
  validation(event: ValidationInput): void {
    checkBegun('tensorboard', 'validation', this.#isBegun);
    const { step, values } = validationEvent(event);
    this.#scalars(values, step);
  }

  /** Logs the distributions of parameters and gradients. */
  histograms({ step, tensors }: HistogramEvent): void {
    for (const [name, tensor] of Object.entries(tensors)) this.#histogram(name, tensor, step);
  }

  /** Resolves when every event is on the disk. */
  async flush(): Promise<void> {
    // The failure was already reported as a warning.
    await this.#writer?.flush().catch(() => undefined);
  }

  /** Closes the event file. */
  async end(): Promise<void> {
    this.#isBegun = false;
    await this.#writer?.close().catch(() => undefined);
    this.#writer = null;
  }

  #scalars(values: Readonly<Record<string, number>>, step: number): void {
    for (const [name, value] of Object.entries(values)) this.#writer?.addScalar(this.#tag(name), value, step);
  }

  #histogram(name: string, tensor: Tensor, step: number): void {
    // A histogram cannot show NaN, and texts have no distribution.
    if (this.#writer === null || tensor.dtype === 'string' || tensor.dtype === 'complex64') return;
    const values: ArrayLike<number> = tensor.dataSync();
    if (values.length > 0 && Array.prototype.every.call(values, Number.isFinite)) {
      this.#writer.addHistogram(this.#tag(name), values, step);
    }
  }
}

async function importWriter(): Promise<typeof import('@trainkit/tensorboard')> {
  try {
    return await import('@trainkit/tensorboard');
  } catch (cause) {
    if (errorCode(cause) !== 'ERR_MODULE_NOT_FOUND') throw cause;
    throw new Error(
      'tensorboard: the package @trainkit/tensorboard is not installed; expected it beside @trainkit/trainer. Run npm install @trainkit/tensorboard.',
      { cause },
    );
  }
}

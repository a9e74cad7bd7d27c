import {
  dispose,
  div,
  type NamedTensorMap,
  type Scalar,
  scalar,
  tidy,
  type Variable,
} from '@tensorflow/tfjs-core';
import { type CapturedStep, capture } from '@trainkit/capture';
import { checkNumber } from '@trainkit/checks';
import { disposeBatch } from '@trainkit/checks/tensor';
import { clipGradNorm } from '@trainkit/optimizers';
import type { OptimizerLike } from '../state/stateful.js';
import { capturedBatch, examplesIn } from './batch.js';
import { addPass, mapTensors, type Pass, passOver } from './pass.js';

/** The measurements of a step in addition to the update. */
export type StepMeasures = {
  /** The norm of all gradients together, before clipping. */
  gradientNorm: boolean;
  /** The gradients themselves, as they were applied. */
  gradients: boolean;
};

/** The result of a step, as tensors that belong to the caller. */
export type StepOutputs = Omit<Pass, 'grads'> & {
  gradientNorm?: Scalar;
  gradients?: NamedTensorMap;
};

/** The parts of a {@link TrainStep}. */
export interface TrainStepParts<Batch> {
  step: (batch: Batch) => unknown;
  variables: () => Variable[];
  optimizer: OptimizerLike;
  /** The largest norm of the gradients, or null. */
  maxNorm: number | null;
  /** The number of batches of one update. */
  accumulate: number;
  examples: ((batch: Batch) => number) | undefined;
  /** False for batches that the next epoch returns again. */
  disposeBatches: boolean;
  capture: boolean;
  /** Receives the reason why a step stays eager. */
  onEager: (reason: string) => void;
}

/** A function that returns the next batch. */
type Next<Batch> = () => Batch | Promise<Batch>;

/** A step in its callable form, captured or not. */
type Call<Args extends readonly unknown[], Result> = CapturedStep<Args, Result>;

/**
 * One update, from one batch or several; on tfjs-node one graph after the first steps, with the
 * same bytes.
 */
export class TrainStep<Batch> {
  readonly #parts: TrainStepParts<Batch>;
  readonly #stepOn: Call<[batch: unknown, measured: StepMeasures], StepOutputs>;
  readonly #passOn: Call<[batch: unknown, before: Pass | null], Pass>;
  readonly #updateOn: Call<[sums: Pass, examples: Scalar, measured: StepMeasures], StepOutputs>;
  /** The current batch; its tensors are the captured step's arguments. */
  #batch: { value: Batch } | null = null;
  /** True while nothing was found that a recording would freeze. */
  #captures: boolean;

  constructor(parts: TrainStepParts<Batch>) {
    this.#parts = parts;
    this.#captures = parts.capture;
    const { onEager } = parts;
    this.#stepOn = capture((_batch: unknown, measured: StepMeasures) => this.#step(measured), { onEager });
    this.#passOn = capture((_batch: unknown, before: Pass | null) => this.#pass(before), { onEager });
    this.#updateOn = capture(
      (sums: Pass, examples: Scalar, measured: StepMeasures) => this.#updateFrom(sums, examples, measured),
      { onEager },
    );
  }

  /** Runs the next step and all later ones eagerly, so that hooks see each layer. */
  stopCapturing(): void {
    this.#captures = false;
  }

  /**
   * Makes one update from the next batches, which are disposed.
   *
   * @param betweenPasses called between the passes of an update from several batches; if it throws,
   *   nothing is updated
   */
  async run(
    next: Next<Batch>,
    measured: StepMeasures,
    betweenPasses: () => Promise<void> = async () => undefined,
  ): Promise<StepOutputs> {
    const { optimizer, accumulate } = this.#parts;
    // Read outside of the step: a recording that reads the count would be valid for this count
    // only.
    const before = iterationsOf(optimizer);
    const outputs = await (accumulate === 1
      ? this.#fromOne(next, measured)
      : this.#fromSeveral(next, measured, betweenPasses));
    if (iterationsOf(optimizer) <= before + 1) return outputs;
    const { loss, tensors, gradientNorm = [], gradients = {} } = outputs;
    dispose([loss, tensors, gradientNorm, gradients]);
    throw new Error(
      'Trainer: step has updated the optimizer itself; expected the loss alone, which the trainer minimizes. Leave minimize and applyGradients out.',
    );
  }

  /** Frees the graphs. */
  dispose(): void {
    for (const step of [this.#stepOn, this.#passOn, this.#updateOn]) step.dispose();
  }

  async #fromOne(next: Next<Batch>, measured: StepMeasures): Promise<StepOutputs> {
    const batch = await next();
    return this.#with(batch, (captured) =>
      captured === undefined ? tidy(() => this.#step(measured)) : this.#stepOn(captured, measured),
    );
  }

  /**
   * Batches are requested between the passes, as in a loop of PyTorch, since both draw random
   * numbers.
   */
  async #fromSeveral(
    next: Next<Batch>,
    measured: StepMeasures,
    betweenPasses: () => Promise<void>,
  ): Promise<StepOutputs> {
    const { accumulate } = this.#parts;
    let sums: Pass | null = null;
    let examples = 0;
    try {
      for (let i = 0; i < accumulate; i++) {
        if (i > 0) await betweenPasses();
        const batch = await next();
        const before: Pass | null = sums;
        sums = this.#with(batch, (captured) => {
          examples += this.#examplesIn(batch);
          return captured === undefined ? tidy(() => this.#pass(before)) : this.#passOn(captured, before);
        });
        // Disposed at once: gradients are as large as the network.
        dispose(before ?? []);
      }
      if (sums === null) throw new RangeError('Trainer: accumulate is 0; expected at least one batch.');
      return this.#update(sums, examples, measured);
    } finally {
      dispose(sums ?? []);
    }
  }

  #update(sums: Pass, examples: number, measured: StepMeasures): StepOutputs {
    const total = scalar(examples);
    try {
      const { numbers, ...tensors } = sums;
      const stepped = this.#captures
        ? this.#updateOn({ ...tensors, numbers: {} }, total, measured)
        : tidy(() => this.#updateFrom({ ...tensors, numbers: {} }, total, measured));
      const means = Object.entries(numbers).map(([name, sum]) => [name, sum / examples] as const);
      return { ...stepped, numbers: Object.fromEntries(means) };
    } finally {
      total.dispose();
    }
  }

  /**
   * Calls `use` with the captured step's argument for the batch, or undefined for an eager step;
   * disposes the batch.
   */
  #with<T>(batch: Batch, use: (captured: unknown) => T): T {
    this.#batch = { value: batch };
    try {
      const captured = this.#captures ? capturedBatch(batch) : undefined;
      if (this.#captures && captured === undefined) {
        this.#stayEager(
          'a batch has parts that are neither tensors nor plain values; convert them to tensors in the dataset',
        );
      }
      return use(captured);
    } finally {
      this.#batch = null;
      if (this.#parts.disposeBatches) disposeBatch(batch);
    }
  }

  #step(measured: StepMeasures): StepOutputs {
    const { loss, tensors, numbers, grads } = this.#passOverBatch();
    return { loss, tensors, numbers, ...this.#applied(grads, measured) };
  }

  #pass(before: Pass | null): Pass {
    return addPass(this.#passOverBatch(), before, this.#examplesIn(this.#current));
  }

  #updateFrom(sums: Pass, examples: Scalar, measured: StepMeasures): StepOutputs {
    return {
      loss: div<Scalar>(sums.loss, examples),
      tensors: mapTensors(sums.tensors, (sum) => (sum.size === 1 ? div(sum, examples) : sum.clone())),
      numbers: {},
      ...this.#applied(
        mapTensors(sums.grads, (sum) => div(sum, examples)),
        measured,
      ),
    };
  }

  #examplesIn(batch: Batch): number {
    const count = this.#parts.examples?.(batch) ?? examplesIn(batch);
    checkNumber('Trainer', 'what examples returned', count, {
      above: 0,
      instead: 'Return the number of examples in the batch.',
    });
    return count;
  }

  #passOverBatch(): Pass {
    const { step, variables } = this.#parts;
    const trained = variables();
    if (!trained.some(({ trainable }) => trainable)) {
      throw new Error(
        'Trainer: none of the model’s variables is trainable; expected at least one. Call model.requiresGrad(true).',
      );
    }
    const pass = passOver(() => step(this.#current), trained);
    if (Object.keys(pass.numbers).length > 0) {
      this.#stayEager(
        `the step returns ${Object.keys(pass.numbers).join(', ')} as a plain number, which a recording would freeze; return a tensor`,
      );
    }
    return pass;
  }

  get #current(): Batch {
    if (this.#batch === null) throw new Error('Trainer: there is no batch outside of a step.');
    return this.#batch.value;
  }

  /** Recordings would never agree; the reason is reported once. */
  #stayEager(reason: string): void {
    if (!this.#captures) return;
    this.#captures = false;
    this.#parts.onEager(reason);
  }

  #applied(grads: NamedTensorMap, measured: StepMeasures): Pick<StepOutputs, 'gradientNorm' | 'gradients'> {
    const { optimizer, maxNorm } = this.#parts;
    // A norm of at most infinity clips nothing.
    const clipped =
      maxNorm !== null || measured.gradientNorm
        ? clipGradNorm(grads, maxNorm ?? Number.POSITIVE_INFINITY)
        : null;
    const applied = maxNorm === null ? grads : (clipped?.grads ?? grads);
    optimizer.applyGradients(applied);
    return {
      ...(clipped && measured.gradientNorm ? { gradientNorm: clipped.norm } : {}),
      ...(measured.gradients ? { gradients: applied } : {}),
    };
  }
}

/** The number of updates that an optimizer has made; 0 if it does not count them. */
function iterationsOf(optimizer: OptimizerLike): number {
  return 'iterations' in optimizer && typeof optimizer.iterations === 'number' ? optimizer.iterations : 0;
}

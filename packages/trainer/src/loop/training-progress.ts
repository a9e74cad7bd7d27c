import { show } from '@trainkit/checks';
import { type Frozen, isFrozenObject } from '../state/tensor-data.js';
import type { Validated } from './early-stopping.js';

/** The numbers of one step that are reproducible, unlike those of a clock. */
export interface StepNumbers {
  readonly step: number;
  readonly values: Readonly<Record<string, number>>;
}

/** The progress of a training. */
export interface TrainingProgress {
  /** The completed steps. */
  readonly step: number;
  /** True if the validation after {@link step} is done. */
  readonly validated: boolean;
  /** The numbers of the last step, which a log that is truncated before this step needs again. */
  readonly last: StepNumbers | null;
  /** The last validation. */
  readonly validation: Validated | null;
  /** The model's state at the best validation. */
  readonly bestModel: Frozen;
}

/** The progress among the values of a checkpoint. */
export function progressValues({
  step,
  validated,
  last,
  validation,
  bestModel,
}: TrainingProgress): Record<string, Frozen> {
  return { step, validated, last: numbersValue(last), validation: numbersValue(validation), bestModel };
}

/** @throws TypeError if the values do not belong to a trainer's checkpoint */
export function readProgress(values: Readonly<Record<string, Frozen>>): TrainingProgress {
  const { step, validated, last = null, validation = null, bestModel = null } = values;
  if (typeof step !== 'number' || !Number.isSafeInteger(step) || step < 0 || typeof validated !== 'boolean') {
    throw new TypeError(
      `Trainer: the state has step ${show(step)}; expected the state of a Trainer. A file of saveState is loaded by loadState.`,
    );
  }
  return { step, validated, last: readNumbers(last), validation: readNumbers(validation), bestModel };
}

function numbersValue(numbers: StepNumbers | null): Frozen {
  return numbers === null ? null : { step: numbers.step, values: { ...numbers.values } };
}

function readNumbers(value: Frozen): StepNumbers | null {
  if (!isFrozenObject(value)) return null;
  const { step, values } = value;
  if (typeof step !== 'number' || !isFrozenObject(values)) return null;
  const numbers: Record<string, number> = {};
  for (const [name, number] of Object.entries(values)) if (typeof number === 'number') numbers[name] = number;
  return { step, values: numbers };
}

import { RunError } from '../runs/run-error.js';
import type { StateFile } from '../state/state-file.js';
import { type FrozenObject, isFrozenObject } from '../state/tensor-data.js';

/** A checkpoint inside the loop. */
export interface Saved {
  step: number;
  validated: boolean;
  /** The path, or null if the checkpoint is in memory. */
  path: string | null;
  /** Reads it. */
  file: () => Promise<StateFile>;
}

/**
 * The name of the trainer's own part of a checkpoint, which a program that loads only the model
 * ignores.
 */
const OWN = 'trainer';

/** The contents of a file, with the trainer's own values in a separate part. */
export function packed({ states, values }: StateFile): StateFile {
  return { states: { ...states, [OWN]: values }, values: {} };
}

/**
 * The state of a training in a file, and the trainer's own values.
 *
 * @throws RunError for a file that no trainer wrote
 */
export function unpacked({ states }: StateFile): { file: StateFile; extras: FrozenObject } {
  const { [OWN]: values, ...others } = states;
  if (!isFrozenObject(values)) {
    throw new RunError(
      'checkpoint',
      'Trainer: the checkpoint is a file of saveState; expected one of a Trainer.',
      'Load it with loadState.',
    );
  }
  return { file: { states: others, values }, extras: values };
}

/** A checkpoint in memory. */
export function inMemory(file: StateFile): Saved {
  const { step, validated } = file.values;
  if (typeof step !== 'number' || typeof validated !== 'boolean')
    throw new Error('Trainer: the state has no step.');
  return { step, validated, path: null, file: async () => file };
}

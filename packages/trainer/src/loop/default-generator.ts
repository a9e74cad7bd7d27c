import { defaultGenerator } from '@trainkit/random';
import type { Part } from '../state/part.js';
import { partOf } from '../state/parts.js';

/** The name of the default generator's state in a checkpoint. */
export const DEFAULT_GENERATOR = 'defaultGenerator';

/**
 * The default generator as a part of a training: `new Dropout(0.5)` and a loader without a
 * generator draw from it.
 *
 * A checkpoint contains its state if it has drawn or was seeded since the trainer was created.
 * Loading a checkpoint without it restores the state at that time.
 */
export class DefaultGeneratorPart implements Part {
  readonly #part = partOf('Trainer', DEFAULT_GENERATOR, defaultGenerator);
  readonly #start = defaultGenerator.stateDict();
  /** True if the caller's own `state` already contains the default generator. */
  readonly #isHeld: boolean;

  /** @param state the caller's own parts of checkpoints */
  constructor(state: Readonly<Record<string, object>> = {}) {
    this.#isHeld = Object.values(state).includes(defaultGenerator);
  }

  /** True if its state differs from that at the trainer's creation. */
  get isUsed(): boolean {
    return !this.#isHeld && JSON.stringify(defaultGenerator.stateDict()) !== JSON.stringify(this.#start);
  }

  /** Returns the state; null if it equals that at the trainer's creation. */
  read(): unknown {
    return this.isUsed ? defaultGenerator.stateDict() : null;
  }

  /** Loads a state that {@link read} returned, in this process or another. */
  load(state: unknown): void {
    if (this.#isHeld) return;
    this.#part.load(state ?? this.#start);
  }
}

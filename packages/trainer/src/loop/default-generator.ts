import { defaultGenerator } from '@trainkit/random';
import type { Part } from '../state/part.js';
import { partOf } from '../state/parts.js';

/** The name of the default generator's state in a checkpoint. */
export const DEFAULT_GENERATOR = 'defaultGenerator';

/**
 * The default generator as a part of a training: `new Dropout(0.5)` and a loader without a generator draw from it.
 *
 * A checkpoint holds it where it has drawn or was seeded since the trainer was made; where a checkpoint lacks it, it is
 * as it was then.
 */
export class DefaultGeneratorPart implements Part {
  readonly #part = partOf('Trainer', DEFAULT_GENERATOR, defaultGenerator);
  readonly #start = defaultGenerator.stateDict();
  /** True where the caller's own `state` holds the default generator already. */
  readonly #isHeld: boolean;

  /** @param state what the caller keeps in checkpoints */
  constructor(state: Readonly<Record<string, object>> = {}) {
    this.#isHeld = Object.values(state).includes(defaultGenerator);
  }

  /** True where it is not as it was when the trainer was made. */
  get isUsed(): boolean {
    return !this.#isHeld && JSON.stringify(defaultGenerator.stateDict()) !== JSON.stringify(this.#start);
  }

  /** Returns the state; null where it is as it was when the trainer was made. */
  read(): unknown {
    return this.isUsed ? defaultGenerator.stateDict() : null;
  }

  /** Goes to a state that {@link read} returned, of this process or another. */
  load(state: unknown): void {
    if (this.#isHeld) return;
    this.#part.load(state ?? this.#start);
  }
}

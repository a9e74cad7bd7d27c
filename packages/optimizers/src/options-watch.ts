import type { Variable } from '@tensorflow/tfjs-core';

/** A group whose options may be set between steps. */
type WatchedGroup = { readonly params: readonly Variable[]; learningRate: unknown };

/**
 * Notices where the options of a group have changed: only then they are checked, and made a text
 * of.
 */
export class OptionsWatch {
  readonly #group: WatchedGroup;
  readonly #check: () => void;
  #seen: readonly unknown[] = [];
  #text: string | null = null;

  /** @param check throws where an option is not allowed */
  constructor(group: WatchedGroup, check: () => void) {
    this.#group = group;
    this.#check = check;
  }

  /** Checks the options where one has changed. */
  check(): void {
    const options = elements(this.#group);
    const isSame =
      options.length === this.#seen.length && options.every((value, i) => Object.is(value, this.#seen[i]));
    if (isSame) return;
    this.#check();
    this.#seen = options;
    this.#text = null;
  }

  /**
   * Returns all that decides the operations of a step: the variables, and the options but the
   * learning rate.
   */
  text(): string {
    const { params, learningRate: _, ...options } = this.#group;
    this.#text ??= JSON.stringify([params.map(({ id }) => id), options]);
    return this.#text;
  }
}

/** The options, and the elements of those that are lists: a list may be changed in place. */
function elements(group: object): unknown[] {
  return Object.entries(group).flatMap(([name, value]) => {
    if (name === 'params') return [value.length];
    return Array.isArray(value) ? [name, ...value] : [name, value];
  });
}

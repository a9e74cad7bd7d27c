import { sameConstant } from '../compare.js';
import type { Recording, Source } from '../recording.js';

/** Numbers the sources of a recording: two that are always the same data have one number. */
export class Keys {
  readonly #recording: Recording;
  readonly #keys = new Map<unknown, Map<number, number>>();
  /** For each constant the first that is equal. */
  readonly #constants = new Map<number, number>();
  #count = 0;

  constructor(recording: Recording) {
    this.#recording = recording;
  }

  of(source: Source): number {
    switch (source.kind) {
      case 'argument':
        return this.#number('argument', source.index);
      case 'input':
        return this.#number('input', source.entry);
      case 'variable':
        return this.#number(source.variable, 0);
      case 'external':
        return this.#number(source.dataId, 0);
      case 'constant':
        return this.#number('constant', this.#firstEqual(source.index));
      case 'result':
        return this.#number(`result ${source.output}`, source.call);
      case 'absent':
        return this.#number('absent', 0);
    }
  }

  #firstEqual(index: number): number {
    const { constants } = this.#recording;
    const known = this.#constants.get(index);
    const first = known ?? constants.findIndex((other) => sameConstant(other, constants[index]!));
    this.#constants.set(index, first);
    return first;
  }

  #number(kind: unknown, index: number): number {
    const numbers = this.#keys.get(kind) ?? new Map<number, number>();
    this.#keys.set(kind, numbers);
    const number = numbers.get(index) ?? this.#count++;
    numbers.set(index, number);
    return number;
  }
}

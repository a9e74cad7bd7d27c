import { activeRecorder, type GuardValue, guard, preventCapture } from './recording.js';

/**
 * Makes fields of an object known to recorded steps: one that reads such a field is replayed as
 * long as the field stays as it is, one that sets it stays eager. For the constructors of layers,
 * after the fields have their values.
 *
 * @example
 * ```ts
 * import { guardFields } from '@trainkit/kernels/capture';
 *
 * class Scale {
 *   factor = 2;
 *   constructor() {
 *     guardFields(this, 'factor');
 *   }
 * }
 * const scale = new Scale();
 * scale.factor = 3;
 * console.log(scale.factor); // → 3
 * ```
 */
export function guardFields<Owner extends object>(
  owner: Owner,
  ...keys: readonly (keyof Owner & string)[]
): void {
  for (const key of keys) {
    let value: unknown = owner[key];
    Object.defineProperty(owner, key, {
      configurable: true,
      enumerable: true,
      get: () => {
        const seen = value;
        if (activeRecorder() !== null)
          guard((): GuardValue => (isFact(value) ? value : value === seen ? 'the same' : 'another'));
        return seen;
      },
      set: (next: unknown) => {
        preventCapture(`it sets ${key} of a ${owner.constructor.name}; set it between calls`);
        value = next;
      },
    });
  }
}

function isFact(value: unknown): value is GuardValue {
  return value === null || ['string', 'number', 'boolean'].includes(typeof value);
}

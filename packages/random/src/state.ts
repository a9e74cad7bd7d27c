import { expected } from '@trainkit/checks';
import { STATE_WORDS } from './twister.js';

/** The complete state of a `Generator`, for a checkpoint. It survives JSON. */
export interface GeneratorState {
  /**
   * The 624 words of MT19937's state, unsigned. A plain array from `stateDict()`, since JSON
   * mangles typed arrays.
   */
  words: ArrayLike<number>;
  /** The number of words of the current block that have been drawn, 0 to 624. */
  offset: number;
  /**
   * The second value of the last pair of normals, if the next call of `normal` returns it; else
   * null.
   */
  nextNormal: number | null;
}

/**
 * Throws one error that names every fault, unless `state` is a valid result of
 * `Generator.stateDict()`.
 */
export function checkState(state: unknown): asserts state is GeneratorState {
  const faults = faultsOf(state);
  if (faults.length === 0) return;
  throw new RangeError(
    [...faults, 'Nothing was loaded. Pass what stateDict() of a Generator returned.'].join('\n'),
  );
}

function faultsOf(state: unknown): string[] {
  const fault = (name: string, value: unknown, expectation: string) =>
    expected('loadStateDict', name, value, expectation);
  if (typeof state !== 'object' || state === null) return [fault('state', state, 'the state of a Generator')];
  const { words, offset, nextNormal }: { [Key in keyof GeneratorState]?: unknown } = state;
  const faults: string[] = [];
  if (!isWords(words)) {
    faults.push(fault('words', words, `an array of ${STATE_WORDS} numbers`));
  } else {
    const odd = Array.from(words).findIndex((word) => word !== word >>> 0);
    if (odd >= 0) faults.push(fault(`words[${odd}]`, words[odd], 'an unsigned 32-bit integer'));
    else if (Array.from(words).every((word) => word === 0)) {
      faults.push(fault('words', words, 'at least one that is not 0, as after every seed'));
    }
  }
  if (!(Number.isInteger(offset) && Number(offset) >= 0 && Number(offset) <= STATE_WORDS)) {
    faults.push(fault('offset', offset, `a whole number from 0 to ${STATE_WORDS}`));
  }
  if (nextNormal !== null && !Number.isFinite(nextNormal)) {
    faults.push(fault('nextNormal', nextNormal, 'a finite number or null'));
  }
  return faults;
}

function isWords(value: unknown): value is ArrayLike<number> {
  return typeof value === 'object' && value !== null && 'length' in value && value.length === STATE_WORDS;
}

import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';

/** The part of a checkpoint's object that the laws need. */
export interface TestedStateful {
  stateDict(): object;
  loadStateDict(state: never): unknown;
}

/** An object with a state, and its next turn. */
export interface StatefulCase<Tested extends TestedStateful> {
  /** Creates it in its state before the first turn. */
  make: () => Tested;
  /** Takes a turn, and returns its visible results as plain values. */
  advance: (tested: Tested, turn: number) => unknown;
  /** Frees its tensors, if it holds any. */
  dispose?: ((tested: Tested) => void) | undefined;
  /**
   * Values that are invalid for every entry of its state. Default: a string, an object, nested
   * lists.
   */
  rubbish?: readonly unknown[] | undefined;
  /** True if unknown entries of a state are rejected. Default false. */
  refusesUnknown?: boolean | undefined;
}

const RUBBISH: readonly unknown[] = ['rubbish', {}, [['rubbish']]];

/**
 * Runs the laws of every object with `stateDict()` and `loadStateDict()`. Call it in a
 * `describeBackends` for objects that hold tensors.
 *
 * - A state can be converted to JSON, its tensors as shape and values. The object that loads it
 *   continues as the one that saved it.
 * - A returned state does not change later, except for its tensors. Calling `stateDict()` changes
 *   nothing.
 * - An invalid state is rejected by one error that names every missing or invalid entry, and
 *   nothing is loaded.
 *
 * @example
 * ```text
 * describeStateful('Generator', {
 *   make: () => new Generator(0),
 *   advance: (generator) => generator.uniform(3),
 * });
 * ```
 */
export function describeStateful<Tested extends TestedStateful>(
  title: string,
  { make, advance, dispose = () => {}, rubbish = RUBBISH, refusesUnknown = false }: StatefulCase<Tested>,
): void {
  const advanced = (turns: number) => {
    const tested = make();
    for (let turn = 0; turn < turns; turn++) advance(tested, turn);
    return tested;
  };

  describe(`the state of ${title}`, () => {
    it.each([0, 1, 4, 13])(
      'survives JSON, and the object that loads it continues as the one that saved it: %i turns',
      (turns) => {
        const [saved, loaded] = [advanced(turns), advanced(2)];
        const { state, tensors } = overJson(saved.stateDict());
        loaded.loadStateDict(state as never);
        tf.dispose(tensors);
        expect(asJson(loaded.stateDict())).toEqual(asJson(saved.stateDict()));
        for (let turn = turns; turn < turns + 4; turn++) {
          expect(advance(loaded, turn)).toEqual(advance(saved, turn));
        }
        expect(asJson(loaded.stateDict())).toEqual(asJson(saved.stateDict()));
        dispose(saved);
        dispose(loaded);
      },
    );

    it('does not change after it was returned, and stateDict() changes nothing', () => {
      const [asked, left] = [advanced(2), advanced(2)];
      const state = asked.stateDict();
      const before = JSON.stringify(state, withoutValues);
      for (let turn = 2; turn < 5; turn++) {
        expect(advance(asked, turn)).toEqual(advance(left, turn));
        asked.stateDict();
      }
      expect(JSON.stringify(state, withoutValues)).toBe(before);
      dispose(asked);
      dispose(left);
    });

    it('is rejected if invalid, by one error with all problems, and nothing is loaded', () => {
      const tested = advanced(3);
      const good = tested.stateDict();
      const keys = Object.keys(good);
      const before = asJson(good);
      const refuses = (state: unknown, names: readonly string[]) => {
        const error = thrownBy(() => tested.loadStateDict(state as never));
        expect(error, `loadStateDict(${JSON.stringify(state)})`).toBeInstanceOf(Error);
        for (const name of names) expect(String(error)).toContain(name);
        expect(asJson(tested.stateDict())).toEqual(before);
      };
      for (const state of [undefined, null, 3, 'state', []]) refuses(state, []);
      if (refusesUnknown) refuses({ ...good, extra: 1 }, ['extra']);
      if (keys.length > 0) refuses({}, keys);
      for (const value of keys.length > 0 ? rubbish : []) {
        refuses(Object.fromEntries(keys.map((key) => [key, value])), keys);
        for (const key of keys) refuses({ ...good, [key]: value }, [key]);
      }
      for (const key of keys) {
        refuses(Object.fromEntries(Object.entries(good).filter(([other]) => other !== key)), [key]);
      }
      dispose(tested);
    });
  });
}

/**
 * Returns a state as another process reads it from JSON; its tensors belong to the caller. A
 * Float64Array stays one.
 */
export function overJson<State>(state: State): { state: State; tensors: tf.Tensor[] } {
  const tensors: tf.Tensor[] = [];
  const read: State = JSON.parse(JSON.stringify(state, withValues), (_, value) => {
    if (Array.isArray(value?.float64)) return Float64Array.from(value.float64);
    if (!Array.isArray(value?.values) || !Array.isArray(value.shape)) return value;
    const tensor = tf.tensor(value.values, value.shape, value.dtype);
    tensors.push(tensor);
    return tensor;
  });
  return { state: read, tensors };
}

function asJson(state: object): unknown {
  return JSON.parse(JSON.stringify(state, withValues));
}

function withValues(_key: string, value: unknown): unknown {
  if (value instanceof Float64Array) return { float64: Array.from(value) };
  if (!(value instanceof tf.Tensor)) return value;
  return { dtype: value.dtype, shape: value.shape, values: Array.from(value.dataSync()) };
}

function withoutValues(_key: string, value: unknown): unknown {
  return value instanceof tf.Tensor ? { dtype: value.dtype, shape: value.shape } : value;
}

function thrownBy(act: () => void): unknown {
  try {
    act();
  } catch (error) {
    return error;
  }
  return undefined;
}

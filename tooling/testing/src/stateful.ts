import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';

/** The contract of everything that a checkpoint holds, as the laws need it. */
export interface TestedStateful {
  stateDict(): object;
  loadStateDict(state: never): unknown;
}

/** An object with a state, and how it moves on. */
export interface StatefulCase<Tested extends TestedStateful> {
  /** Makes it as it is before its first turn. */
  make: () => Tested;
  /** Takes a turn, and returns all that its user sees of it, as plain values. */
  advance: (tested: Tested, turn: number) => unknown;
  /** Frees it, where it holds tensors. */
  dispose?: ((tested: Tested) => void) | undefined;
  /** Values that no entry of its state may have. Default: a text, an object, nested lists. */
  rubbish?: readonly unknown[] | undefined;
  /** True where an entry that its state does not have is refused too. Default false. */
  refusesUnknown?: boolean | undefined;
}

const RUBBISH: readonly unknown[] = ['rubbish', {}, [['rubbish']]];

/**
 * The laws of everything with `stateDict()` and `loadStateDict()`. Call it in a `describeBackends` where tensors are held.
 *
 * - A state goes through JSON, its tensors as shape and values. The object that loads it goes on as the one that saved it.
 * - A state that was returned does not change later, its tensors excepted, and asking for it changes nothing.
 * - What is no state is refused by one error that names every entry which is missing or rubbish, and nothing is loaded.
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
      'goes through JSON, and what loads it goes on as what saved it: %i turns',
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

    it('does not change once it was returned, and asking for it changes nothing', () => {
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

    it('is refused where it is none, by one error with all that is wrong, and nothing is loaded', () => {
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

/** A state as another process has it, from JSON alone; its tensors are the caller's. A Float64Array stays one. */
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

import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { describeBackends } from './backends.js';
import { type Closeness, expectAllClose, type Numbers } from './close.js';

/** A metric as the laws need it: any object with the five methods of `@trainkit/metrics`' type `Metric`. */
interface TestedMetric<Batch extends readonly unknown[], State> {
  update(...batch: Batch): void;
  compute(): unknown;
  reset(): void;
  stateDict(): State;
  loadStateDict(state: State): void;
}

/** A metric, and the data on which it must keep the laws. */
export interface MetricCase<Batch extends readonly unknown[], State> {
  /** The metric and its options, for the test's title. */
  title: string;
  /** Makes the metric before its first batch. */
  metric: () => TestedMetric<Batch, State>;
  /** The rows of the set. */
  rows: number;
  /** Makes the arguments of `update` for some rows, also for none; inside `tf.tidy`. */
  batch: (rows: readonly number[]) => Batch;
  /** Makes a batch with NaN in its outputs, and the result that it makes with all rows before it; inside `tf.tidy`. */
  nan: { batch: () => Batch; result: Numbers };
  /** A batch that `update` refuses; inside `tf.tidy`. */
  refused: () => Batch;
  /** Results of two divisions into batches, default atol 0, rtol 1e-12; for counts 0 and 0. */
  closeness?: Closeness | undefined;
}

/** Values that no entry of a state is. An empty list is none either, but two lists may be empty together. */
const RUBBISH: readonly unknown[] = ['rubbish', -1, 0.5, null, true, {}, [[-1]], [0, 'rubbish']];

/**
 * The laws of every metric, on every backend.
 *
 * - Any division of the set into batches, in any order and with empty ones, has the same result.
 * - After `reset` the metric is as new.
 * - A state goes through JSON, and the metric that loads it goes on as the one that saved it.
 * - What is no state is refused by one error that names every entry, and changes nothing.
 * - A batch that is refused changes nothing.
 * - `compute` changes nothing, and its result is the caller's.
 * - NaN outputs are never skipped.
 * - `update` disposes nothing and leaves no tensor.
 */
export function describeMetric<Batch extends readonly unknown[], State extends object>(
  name: string,
  cases: readonly MetricCase<Batch, State>[],
): void {
  describeBackends(name, () => {
    describe.each([...cases])('$title', (row) => {
      const { metric: create, rows, closeness = { atol: 0, rtol: 1e-12 } } = row;
      const all = Array.from({ length: rows }, (_, i) => i);
      const update = (metric: TestedMetric<Batch, State>, some: readonly number[]) => {
        tf.tidy(() => metric.update(...row.batch(some)));
      };
      const updated = (some: readonly number[]) => {
        const metric = create();
        update(metric, some);
        return metric;
      };

      it('has one result for every division into batches', () => {
        const whole = numbers(updated(all).compute());
        const division = fc.record({
          order: fc.shuffledSubarray(all, { minLength: rows, maxLength: rows }),
          cuts: fc.array(fc.integer({ min: 0, max: rows }), { maxLength: 6 }),
        });
        fc.assert(
          fc.property(division, ({ order, cuts }) => {
            const metric = create();
            const ends = [...cuts.sort((a, b) => a - b), rows];
            for (const [i, end] of ends.entries()) update(metric, order.slice(ends[i - 1] ?? 0, end));
            expectAllClose(numbers(metric.compute()), whole, closeness);
          }),
          { numRuns: 30 },
        );
      });

      it('is as new after reset', () => {
        const metric = updated(all);
        metric.reset();
        expect(metric.stateDict()).toEqual(create().stateDict());
        expect(metric.compute()).toEqual(create().compute());
        const half = all.slice(0, rows / 2);
        update(metric, half);
        expect(metric.compute()).toEqual(updated(half).compute());
      });

      it('goes on from a state that went through JSON', () => {
        const saved = updated(all.slice(0, rows / 2));
        const state = saved.stateDict();
        const loaded = updated(all.slice(0, 3));
        loaded.loadStateDict(overJson(state));
        expect(loaded.stateDict()).toEqual(state);
        const before = JSON.stringify(state);
        for (const metric of [saved, loaded]) update(metric, all.slice(rows / 2));
        expect(loaded.compute()).toEqual(saved.compute());
        expect(loaded.stateDict()).toEqual(saved.stateDict());
        expect(JSON.stringify(state), 'the state that was returned earlier').toBe(before);
      });

      it('goes on from a state with NaN in it', () => {
        const metric = updated(all);
        tf.tidy(() => metric.update(...row.nan.batch()));
        const loaded = create();
        loaded.loadStateDict(overJson(metric.stateDict()));
        expect(loaded.compute()).toEqual(metric.compute());
      });

      it('refuses what is no state, names all of it and changes nothing', () => {
        const metric = updated(all);
        const before = JSON.stringify(metric.stateDict());
        const keys = Object.keys(metric.stateDict());
        expect(keys.length).toBeGreaterThan(0);
        const refuses = (state: unknown, ...names: readonly string[]) => {
          const error = thrownBy(() => metric.loadStateDict(state as State));
          expect(error, `loadStateDict(${JSON.stringify(state)})`).toBeInstanceOf(Error);
          for (const name of names) expect(String(error)).toContain(name);
          expect(JSON.stringify(metric.stateDict())).toBe(before);
        };
        for (const state of [undefined, null, 3, 'state', []]) refuses(state);
        refuses({}, ...keys);
        refuses({ ...metric.stateDict(), extra: 1 }, 'extra');
        for (const rubbish of RUBBISH) {
          refuses(Object.fromEntries(keys.map((key) => [key, rubbish])), ...keys);
          for (const key of keys) refuses({ ...metric.stateDict(), [key]: rubbish }, key);
        }
        for (const key of keys) {
          refuses({ ...metric.stateDict(), [key]: [] }, key);
          refuses(Object.fromEntries(Object.entries(metric.stateDict()).filter(([k]) => k !== key)), key);
        }
      });

      it('refuses a batch and counts nothing of it', () => {
        const metric = updated(all);
        const before = JSON.stringify(metric.stateDict());
        const refused = () => tf.tidy(() => metric.update(...row.refused()));
        expect(refused).toThrow(/expected/);
        expect(JSON.stringify(metric.stateDict())).toBe(before);
      });

      it('computes a result that is the caller’s, and changes nothing', () => {
        const metric = updated(all);
        const before = JSON.stringify(metric.stateDict());
        const result = metric.compute();
        const shown = JSON.stringify(result);
        scribble(result);
        expect(JSON.stringify(metric.compute())).toBe(shown);
        expect(JSON.stringify(metric.stateDict())).toBe(before);
      });

      it('does not skip NaN', () => {
        const metric = updated(all);
        tf.tidy(() => metric.update(...row.nan.batch()));
        expectAllClose(numbers(metric.compute()), row.nan.result, { atol: 0, rtol: 1e-12 });
      });

      it('leaves its tensors to the caller, and no other', () => {
        tf.tidy(() => {
          const metric = create();
          const batch = row.batch(all);
          const before = tf.memory().numTensors;
          metric.update(...batch);
          metric.compute();
          expect(tf.memory().numTensors).toBe(before);
          for (const each of batch) if (each instanceof tf.Tensor) expect(each.isDisposed).toBe(false);
        });
      });
    });
  });
}

/** The results of metrics, numbers and nested arrays of them. */
function numbers(result: unknown): Numbers {
  if (typeof result === 'number') return result;
  if (!Array.isArray(result))
    throw new TypeError(`a result is a number or an array; received ${String(result)}`);
  return result.map(numbers);
}

function overJson<State>(state: State): State {
  return JSON.parse(JSON.stringify(state));
}

function thrownBy(act: () => void): unknown {
  try {
    act();
  } catch (error) {
    return error;
  }
  return undefined;
}

/** Overwrites every number of nested arrays. */
function scribble(result: unknown): void {
  if (!Array.isArray(result)) return;
  for (const [i, value] of result.entries()) {
    if (Array.isArray(value)) scribble(value);
    else result[i] = -7;
  }
}

import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { describeBackends } from './backends.js';
import { type Closeness, expectAllClose, type Numbers } from './close.js';
import { describeStateful, overJson } from './stateful.js';

/**
 * The part of a metric that the laws need: the five methods of `@trainkit/metrics`' type `Metric`.
 */
interface TestedMetric<Batch extends readonly unknown[], State> {
  update(...batch: Batch): void;
  compute(): unknown;
  reset(): void;
  stateDict(): State;
  loadStateDict(state: State): void;
}

/** A metric, and the data for its laws. */
export interface MetricCase<Batch extends readonly unknown[], State> {
  /** The metric and its options, for the test's title. */
  title: string;
  /** Creates the metric, without any batch. */
  metric: () => TestedMetric<Batch, State>;
  /** The number of rows of the set. */
  rows: number;
  /** Creates the arguments of `update` for some rows, also for none; inside `tf.tidy`. */
  batch: (rows: readonly number[]) => Batch;
  /**
   * A batch with NaN in its outputs, and the result of all rows followed by this batch; inside
   * `tf.tidy`.
   */
  nan: { batch: () => Batch; result: Numbers };
  /** Creates a batch that `update` rejects; inside `tf.tidy`. */
  refused: () => Batch;
  /**
   * Tolerance of results for two divisions into batches, default atol 0, rtol 1e-12; for counts 0
   * and 0.
   */
  closeness?: Closeness | undefined;
}

/**
 * Values that are invalid for every entry of a state. A single empty list is invalid too, but two
 * lists may be empty together.
 */
const RUBBISH: readonly unknown[] = ['rubbish', -1, 0.5, null, true, {}, [[-1]], [0, 'rubbish']];

/**
 * Runs the laws of every metric on every backend.
 *
 * - Any division of the set into batches, in any order and with empty ones, has the same result.
 * - After `reset` the metric equals a new one.
 * - It passes the laws of `describeStateful`, and rejects unknown entries of a state.
 * - A rejected batch changes nothing.
 * - `compute` changes nothing, and its result belongs to the caller.
 * - NaN outputs are not skipped.
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

      it('equals a new metric after reset', () => {
        const metric = updated(all);
        metric.reset();
        expect(metric.stateDict()).toEqual(create().stateDict());
        expect(metric.compute()).toEqual(create().compute());
        const half = all.slice(0, rows / 2);
        update(metric, half);
        expect(metric.compute()).toEqual(updated(half).compute());
      });

      describeStateful(name, {
        make: create,
        advance: (metric, turn) => {
          update(metric, [turn, turn + 1, (7 * turn) % rows]);
          return metric.compute();
        },
        rubbish: RUBBISH,
        refusesUnknown: true,
      });

      it('rejects an empty list for one entry', () => {
        const metric = updated(all);
        const before = JSON.stringify(metric.stateDict());
        for (const key of Object.keys(metric.stateDict())) {
          const state = { ...metric.stateDict(), [key]: [] };
          expect(() => metric.loadStateDict(state)).toThrow(key);
          expect(JSON.stringify(metric.stateDict())).toBe(before);
        }
      });

      it('continues from a state with NaN in it', () => {
        const metric = updated(all);
        tf.tidy(() => metric.update(...row.nan.batch()));
        const loaded = create();
        loaded.loadStateDict(overJson(metric.stateDict()).state);
        expect(loaded.compute()).toEqual(metric.compute());
      });

      it('rejects a batch and counts nothing of it', () => {
        const metric = updated(all);
        const before = JSON.stringify(metric.stateDict());
        const refused = () => tf.tidy(() => metric.update(...row.refused()));
        expect(refused).toThrow(/expected/);
        expect(JSON.stringify(metric.stateDict())).toBe(before);
      });

      it('computes a result that belongs to the caller, and changes nothing', () => {
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

      it('leaves the batch’s tensors to the caller, and no others', () => {
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

/** Converts the result of a metric, a number or nested arrays of numbers. */
function numbers(result: unknown): Numbers {
  if (typeof result === 'number') return result;
  if (!Array.isArray(result))
    throw new TypeError(`received a result that is neither a number nor an array: ${String(result)}`);
  return result.map(numbers);
}

/** Overwrites every number of nested arrays. */
function scribble(result: unknown): void {
  if (!Array.isArray(result)) return;
  for (const [i, value] of result.entries()) {
    if (Array.isArray(value)) scribble(value);
    else result[i] = -7;
  }
}

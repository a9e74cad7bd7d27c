import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { describeBackends } from './backends.js';
import { type Closeness, expectAllClose, type Numbers } from './close.js';
import { describeStateful, overJson } from './stateful.js';

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
 * - It keeps the laws of `describeStateful`, and refuses an entry that its state does not have.
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

      describeStateful(name, {
        make: create,
        advance: (metric, turn) => {
          update(metric, [turn, turn + 1, (7 * turn) % rows]);
          return metric.compute();
        },
        rubbish: RUBBISH,
        refusesUnknown: true,
      });

      it('refuses an empty list for one entry', () => {
        const metric = updated(all);
        const before = JSON.stringify(metric.stateDict());
        for (const key of Object.keys(metric.stateDict())) {
          const state = { ...metric.stateDict(), [key]: [] };
          expect(() => metric.loadStateDict(state)).toThrow(key);
          expect(JSON.stringify(metric.stateDict())).toBe(before);
        }
      });

      it('goes on from a state with NaN in it', () => {
        const metric = updated(all);
        tf.tidy(() => metric.update(...row.nan.batch()));
        const loaded = create();
        loaded.loadStateDict(overJson(metric.stateDict()).state);
        expect(loaded.compute()).toEqual(metric.compute());
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

/** Overwrites every number of nested arrays. */
function scribble(result: unknown): void {
  if (!Array.isArray(result)) return;
  for (const [i, value] of result.entries()) {
    if (Array.isArray(value)) scribble(value);
    else result[i] = -7;
  }
}

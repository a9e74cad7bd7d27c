import * as tf from '@tensorflow/tfjs-core';
import { describeBackends } from '@trainkit/testing';
import fc from 'fast-check';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { binaryRocAuc } from './binary-roc-auc.js';
import { F1, type Metric, RocAuc } from './index.js';

describe('binaryRocAuc', () => {
  it('is the share of pairs in order, ties one half', () => {
    const row = fc.record({ score: fc.integer({ min: -3, max: 3 }), positive: fc.boolean() });
    fc.assert(
      fc.property(fc.array(row), (rows) => {
        let [pairs, inOrder] = [0, 0];
        for (const a of rows.filter(({ positive }) => positive)) {
          for (const b of rows.filter(({ positive }) => !positive)) {
            pairs++;
            inOrder += a.score > b.score ? 1 : a.score === b.score ? 0.5 : 0;
          }
        }
        const area = binaryRocAuc(
          rows.map(({ score }) => score),
          (i) => rows[i]!.positive,
        );
        expect(area).toBe(inOrder / pairs);
      }),
    );
  });

  it('ranks infinities', () => {
    expect(binaryRocAuc([-Infinity, Infinity, Infinity, 0], (i) => i % 2 === 1)).toBe(2.5 / 4);
  });
});

describeBackends('RocAuc', () => {
  it('reads a column, two columns and logits of two classes alike', () => {
    tf.tidy(() => {
      const labels = tf.tensor1d([0, 1, 1, 0], 'int32');
      const scores = tf.tensor1d([0.125, 0.5, 0.25, 0.375]);
      const columns = tf.stack([tf.sub(1, scores), scores], 1);
      const of = (metric: Metric, outputs: tf.Tensor) => {
        metric.update(outputs, labels);
        return metric.compute();
      };
      expect(of(new RocAuc(), scores)).toBe(0.75);
      expect(of(new RocAuc(), tf.expandDims(scores, 1))).toBe(0.75);
      expect(of(new RocAuc(), columns)).toBe(0.75);
      expect(of(new RocAuc(2, { fromLogits: true }), tf.mul(columns, 8))).toBe(0.75);
      const each = new RocAuc(2, { average: 'none' });
      each.update(scores, labels);
      expect(each.compute()).toEqual([0.75, 0.75]);
    });
  });

  it('ranks logits that a float32 softmax makes equal', () => {
    tf.tidy(() => {
      const auc = new RocAuc(2, { fromLogits: true });
      auc.update(
        tf.tensor2d([
          [0, 25],
          [0, 20],
        ]),
        tf.tensor1d([1, 0], 'int32'),
      );
      expect(auc.compute()).toBe(1);
    });
  });
});

describe('types', () => {
  it('has a number for every average but none, which has one for each class', () => {
    expectTypeOf(new F1(3).compute()).toEqualTypeOf<number>();
    expectTypeOf(new F1(3, { zeroDivision: 1 }).compute()).toEqualTypeOf<number>();
    expectTypeOf(new F1(3, { average: 'micro' }).compute()).toEqualTypeOf<number>();
    expectTypeOf(new F1(3, { average: 'none' }).compute()).toEqualTypeOf<number[]>();
    expectTypeOf(new RocAuc().compute()).toEqualTypeOf<number>();
    expectTypeOf(new RocAuc(3, { average: 'none' }).compute()).toEqualTypeOf<number[]>();
    expectTypeOf<F1>().toExtend<Metric>();
  });
});

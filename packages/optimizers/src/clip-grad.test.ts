import * as tf from '@tensorflow/tfjs-core';
import { Linear } from '@trainkit/nn';
import { describeBackends, expectAllClose } from '@trainkit/testing';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import goldens from '../goldens/clipping.json' with { type: 'json' };
import { clipGradNorm, clipGradValue, type NormType } from './index.js';

/** Frees what is made inside, also of a property's every run. */
const tidied = (body: () => void) => tf.tidy(body);

const start = () => goldens.start.map((values, i) => tf.tensor(values, goldens.shapes[i]));

/**
 * Multiples of 1/64: without the smallest numbers, which TensorFlow takes for 0 and whose squares
 * are.
 */
const element = fc.integer({ min: -6400, max: 6400 }).map((value) => value / 64);
const finite = fc.array(element, { minLength: 1, maxLength: 8 });
const bound = element.map((value) => Math.abs(value) / 2);

describeBackends('clipGradNorm', () => {
  it.each(goldens.cases)('is PyTorch’s with norm $normType and at most $maxNorm', (golden) => {
    tidied(() => {
      const normType: NormType = Number(golden.normType);
      const { grads, norm } = clipGradNorm(start(), golden.maxNorm, { normType });
      // Float32 rounds the norm, the factor and the product once each.
      expectAllClose(norm, [golden.norm], { atol: 0, rtol: 2e-7 });
      grads.forEach((grad, i) => {
        expect(grad.shape).toEqual(goldens.shapes[i]);
        expectAllClose(grad, golden.grads[i]!, { atol: 0, rtol: 4e-7 });
      });
    });
  });

  it.each<NormType>([1, 2, Number.POSITIVE_INFINITY])('has the norm %d of 400,000 elements', (normType) => {
    const values = Float32Array.from({ length: 400_000 }, (_, i) => 1 + Math.sin(i));
    const sizes = [...values].map(Math.abs);
    const expected =
      normType === 2
        ? Math.sqrt(sizes.reduce((total, value) => total + value ** 2, 0))
        : sizes.reduce((total, value) => (normType === 1 ? total + value : Math.max(total, value)), 0);
    tidied(() => {
      const { norm } = clipGradNorm([tf.tensor(values), tf.zeros([3])], 1, { normType });
      expectAllClose(norm, [expected], { atol: 0, rtol: 1e-6 });
    });
  });

  it('never raises the norm, keeps the direction, and leaves small gradients as they are', () => {
    fc.assert(
      fc.property(finite, bound, (values, maxNorm) => {
        tidied(() => {
          const { grads, norm } = clipGradNorm([tf.tensor1d(values)], maxNorm);
          const [before] = norm.dataSync();
          const clipped = grads[0]!.dataSync();
          // Half a unit of float32's last place for each of three roundings.
          expect(Math.hypot(...clipped)).toBeLessThanOrEqual(Math.min(before!, maxNorm) * (1 + 2e-7) + 1e-30);
          const factor = Math.min(maxNorm / (before! + 1e-6), 1);
          expectAllClose(
            clipped,
            values.map((value) => value * factor),
            { atol: 1e-30, rtol: 4e-7 },
          );
        });
      }),
    );
  });

  it('returns the form that it took, and leaves missing gradients missing', () => {
    tidied(() => {
      const [a, b] = [tf.tensor1d([3]), tf.tensor1d([4])];
      const map = clipGradNorm({ a, none: null as never, b }, 2.5).grads;
      expect(Object.keys(map)).toEqual(['a', 'none', 'b']);
      expectAllClose(map['b']!, [2]);
      expect(map['none']).toBeNull();
      const list = clipGradNorm(
        [
          { name: 'a', tensor: a },
          { name: 'b', tensor: undefined as never },
        ],
        1.5,
      ).grads;
      expect(list.map(({ name }) => name)).toEqual(['a', 'b']);
      expectAllClose(list[0]!.tensor, [1.5]);
      expect(list[1]!.tensor).toBeUndefined();
      expect(a.dataSync()[0]).toBe(3);
    });
  });

  it('has norm 0 of nothing and of empty tensors', () => {
    tidied(() => {
      expect(clipGradNorm([], 1).norm.dataSync()[0]).toBe(0);
      const { grads, norm } = clipGradNorm([tf.zeros([0, 3])], 1, { normType: Number.POSITIVE_INFINITY });
      expect(norm.dataSync()[0]).toBe(0);
      expect(grads[0]!.shape).toEqual([0, 3]);
    });
  });

  it('makes all of it NaN where one is NaN, and 0 where one is infinite, as PyTorch', () => {
    tidied(() => {
      const bad = clipGradNorm([tf.tensor1d([1, Number.NaN]), tf.tensor1d([2])], 1);
      expect(bad.norm.dataSync()[0]).toBeNaN();
      expect(bad.grads.map((grad) => [...grad.dataSync()])).toEqual([[Number.NaN, Number.NaN], [Number.NaN]]);
      const huge = clipGradNorm([tf.tensor1d([1, Number.POSITIVE_INFINITY])], 1);
      expect([...huge.grads[0]!.dataSync()]).toEqual([0, Number.NaN]);
    });
  });

  it('only measures where the bound is infinite, though the norm is so too', () => {
    tidied(() => {
      const { grads, norm } = clipGradNorm(
        [tf.tensor1d([3, -4, Number.POSITIVE_INFINITY])],
        Number.POSITIVE_INFINITY,
      );
      expect(norm.dataSync()[0]).toBe(Number.POSITIVE_INFINITY);
      expect([...grads[0]!.dataSync()]).toEqual([3, -4, Number.POSITIVE_INFINITY]);
    });
  });

  it('throws for a norm that is not finite where that is asked for, and leaves nothing behind', () => {
    const grads = { w: tf.tensor1d([Number.NaN]) };
    const before = tf.memory().numTensors;
    expect(() => clipGradNorm(grads, 1, { errorIfNonfinite: true })).toThrow(
      new Error(
        'clipGradNorm: the norm of the gradients is NaN. Look for the first loss that is not finite, or leave ' +
          'errorIfNonfinite out to scale by it all the same, as PyTorch does.',
      ),
    );
    expect(tf.memory().numTensors).toBe(before);
    tf.dispose(grads);
  });
});

describeBackends('clipGradValue', () => {
  it('brings every element into its bounds, and keeps NaN', () => {
    tidied(() => {
      const { w, empty } = clipGradValue(
        { w: tf.tensor1d([-3, 0.5, Number.NaN, Number.POSITIVE_INFINITY]), empty: tf.zeros([0]) },
        1,
      );
      expect([...w!.dataSync()]).toEqual([-1, 0.5, Number.NaN, 1]);
      expect(empty!.shape).toEqual([0]);
    });
  });

  it('changes nothing else', () => {
    fc.assert(
      fc.property(finite, bound, (values, bound) => {
        tidied(() => {
          const [clipped] = clipGradValue([tf.tensor1d(values)], bound);
          expect([...clipped!.dataSync()].map((value) => value + 0)).toEqual(
            [...Float32Array.from(values)].map((value) => Math.min(Math.max(value, -bound), bound) + 0),
          );
        });
      }),
    );
  });
});

describeBackends('clipping refuses', () => {
  it('what is no gradient and no bound', () => {
    const [whole, gone] = [tf.tensor1d([1], 'int32'), tf.tensor1d([1])];
    gone.dispose();
    const cases: [() => unknown, string][] = [
      [() => clipGradNorm([], -1), 'clipGradNorm: maxNorm is -1; expected a number of at least 0.'],
      [() => clipGradNorm([], Number.NaN), 'clipGradNorm: maxNorm is NaN; expected a number of at least 0.'],
      [() => clipGradNorm([], 1, { normType: 3 }), 'clipGradNorm: normType is 3; expected 1, 2 or Infinity.'],
      [
        () => clipGradNorm([whole], 1),
        'clipGradNorm: grads[0] is an int32 tensor of shape [1]; expected float32.',
      ],
      [() => clipGradNorm({ w: gone }, 1), 'clipGradNorm: grads["w"], of shape [1], is disposed;'],
      [() => clipGradNorm({ w: 3 as never }, 1), 'clipGradNorm: grads["w"] is 3; expected a tensor.'],
      [
        () => clipGradNorm(whole as never, 1),
        'clipGradNorm: grads is an int32 tensor of shape [1]; expected a map of tensors by variable.name, or a list ' +
          'of tensors or of { name, tensor }.',
      ],
      [() => clipGradValue([], -1), 'clipGradValue: value is -1; expected a number of at least 0.'],
      [
        () => clipGradValue(null as never, 1),
        'clipGradValue: grads is null; expected a map of tensors by variable.name, or a list of tensors or of ' +
          '{ name, tensor }.',
      ],
    ];
    const layer = new Linear(1, 1);
    const plain = tf.tidy(() => tf.variable(tf.ones([2])));
    const asPyTorch = 'PyTorch takes parameters here: write';
    cases.push(
      [
        () => clipGradNorm(layer.parameters(), 1),
        `expected a gradient, not a parameter. ${asPyTorch} clipGradNorm(grads, …)`,
      ],
      [
        () => clipGradNorm([plain], 1),
        `expected a gradient, not a parameter. ${asPyTorch} clipGradNorm(grads, …)`,
      ],
      [
        () => clipGradValue(layer.parameters(), 1),
        `${asPyTorch} clipGradValue(grads, …), with the grads of tf.variableGrads.`,
      ],
      [
        () => clipGradNorm({ value: layer.weight, grads: { a: layer.weight } } as never, 1),
        'clipGradNorm: grads is [object Object]; expected gradients, not all that tf.variableGrads returns. Write const ' +
          '{ value, grads } = tf.variableGrads(…), and clipGradNorm(grads, …).',
      ],
      [
        () => clipGradNorm(new Map() as never, 1),
        'clipGradNorm: grads is [object Map]; expected a map of tensors by variable.name',
      ],
      [
        () => clipGradNorm(Promise.resolve({}) as never, 1),
        'clipGradNorm: grads is [object Promise]; expected a map',
      ],
    );
    for (const [call, message] of cases) expect(call, message).toThrow(message);
    plain.dispose();
    layer.dispose();
    whole.dispose();
  });
});

import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { beforeAll, expect, it } from 'vitest';
import { expectAsOnCpu, float32 } from '../../fixtures/against-cpu.js';
import { expectSameBits } from '../../fixtures/same-bits.js';
import { useNativeBackend } from '../index.js';

beforeAll(async () => {
  await useNativeBackend();
});

const floats = fc.array(float32, { maxLength: 70 });

/** Ops and how far from the cpu backend's double precision their results may be. */
const OPS: readonly [name: string, op: (x: tf.Tensor) => tf.Tensor, ulp: number][] = [
  ['abs', tf.abs, 0],
  ['ceil', tf.ceil, 0],
  ['clipByValue', (x) => tf.clipByValue(x, -0.75, 1.1), 0],
  ['exp', tf.exp, 1.6],
  ['expm1', tf.expm1, 2.1],
  ['floor', tf.floor, 0],
  ['isFinite', tf.isFinite, 0],
  ['isInf', tf.isInf, 0],
  ['isNaN', tf.isNaN, 0],
  // alpha is a float32, the product rounded once more.
  ['leakyRelu', (x) => tf.leakyRelu(x, 0.1), 1.5],
  ['log', tf.log, 1.5],
  ['log1p', tf.log1p, 2.1],
  ['neg', tf.neg, 0],
  ['reciprocal', tf.reciprocal, 0],
  ['relu', tf.relu, 0],
  ['relu6', tf.relu6, 0],
  ['round', tf.round, 0],
  // A root and a quotient are rounded each.
  ['rsqrt', tf.rsqrt, 1.5],
  ['sigmoid', tf.sigmoid, 2],
  ['sign', tf.sign, 0],
  ['sqrt', tf.sqrt, 0],
  ['square', tf.square, 0],
  ['step', (x) => tf.step(x, 0.25), 0],
  ['tanh', tf.tanh, 2],
];

it.each(OPS)('computes %s as the cpu backend does', async (_name, op, ulp) => {
  await fc.assert(
    fc.asyncProperty(floats, (x) => expectAsOnCpu(() => op(tf.tensor1d(x, 'float32')), ulp)),
    { numRuns: 60 },
  );
});

// The cpu backend takes e^x − 1 and log(1 + e^x) literally, and an erf of few digits: references of
// our own.
const REFERENCES: readonly [string, (x: tf.Tensor) => tf.Tensor, (x: number) => number, number][] = [
  ['elu', tf.elu, (x) => (x >= 0 ? x : Math.expm1(x)), 2],
  ['selu', tf.selu, (x) => (x >= 0 ? 1.0507009873554805 * x : 1.7580993408473766 * Math.expm1(x)), 3.5],
  ['softplus', tf.softplus, (x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))), 3],
  ['erf', tf.erf, erf, 2],
];

it.each(REFERENCES)('computes %s within a few units of double precision', (_name, op, reference, ulp) => {
  fc.assert(
    fc.property(floats, (x) => {
      const before = tf.memory().numTensors;
      const y = tf.tidy(() => op(tf.tensor1d(x, 'float32')).dataSync());
      expect(tf.memory().numTensors).toBe(before);
      x.forEach((xi, i) => {
        const want = reference(xi);
        const isNear =
          Object.is(y[i], Math.fround(want)) ||
          Math.abs((y[i] ?? 0) - want) <=
            ulp * 2 ** (Math.max(-126, Math.floor(Math.log2(Math.abs(want)))) - 23);
        if (!isNear) expect({ xi, y: y[i] }).toEqual({ xi, y: Math.fround(want) });
      });
    }),
    { numRuns: 60 },
  );
});

/** The error function by its series, or its continued fraction where x is large. */
function erf(x: number): number {
  const a = Math.abs(x);
  if (Number.isNaN(x)) return Number.NaN;
  if (a > 6) return Math.sign(x);
  if (a > 2) {
    let fraction = 0;
    for (let k = 80; k > 0; k--) fraction = k / 2 / (a + fraction);
    return Math.sign(x) * (1 - Math.exp(-a * a) / (Math.sqrt(Math.PI) * (a + fraction)));
  }
  let sum = x;
  for (let k = 1, term = x; k < 60; k++) {
    term *= (-x * x) / k;
    sum += term / (2 * k + 1);
  }
  return (2 / Math.sqrt(Math.PI)) * sum;
}

it('has the same bits on any number of threads and every instruction set', async () => {
  const kernels = 'relu relu6 elu selu sigmoid tanh softplus exp expm1 log log1p erf sqrt rsqrt round floor';
  await expectSameBits(
    kernels.split(' ').flatMap((kernel) =>
      // One larger than the grain: several threads.
      [1, 17, 1003, 300_001].map((n) => ({ kernel, numbers: [n], arrays: [n, n] })),
    ),
  );
});

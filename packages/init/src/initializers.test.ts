import * as tf from '@tensorflow/tfjs-core';
import { defaultGenerator, Generator, manualSeed } from '@trainkit/random';
import { describeBackends, expectNoLeak } from '@trainkit/testing';
import { describe, expect, it } from 'vitest';
import * as init from './index.js';

/** What the suite must know of a random initializer. */
interface Member {
  /** Its name, with its options where they matter. */
  title: string;
  /** The initializer with those options. */
  draw: (shape: number[], generator?: Generator) => tf.Tensor;
  /** The shapes that it is measured on; large, so that the errors are small. */
  shapes: number[][];
  /** The stated mean; default 0. */
  mean?: number;
  /** The stated variance for a shape. */
  variance: (shape: number[]) => number;
  /** Fourth standardized moment, for the error of a measured variance: 1.8 of a uniform, 3 of a normal. */
  kurtosis: number;
  /** The stated range for a shape, where there is one. */
  range?: (shape: number[]) => [low: number, high: number];
}

/** Seeds are fixed, so nothing is left to chance; five standard errors would be passed once in two million seeds. */
const SIGMAS = 5;
const SEEDS = [0, 1, 2n ** 40n + 3n];

/** The laws of every random initializer. */
function describeInitializer({ title, draw, shapes, mean = 0, variance, kurtosis, range }: Member): void {
  describe(title, () => {
    it.each(shapes)(
      'has its shape, float32, the stated mean, variance and range: [%i, %i, …]',
      (...shape) => {
        for (const seed of SEEDS) {
          const tensor = draw(shape, new Generator(seed));
          expect(tensor.shape).toEqual(shape);
          expect(tensor.dtype).toBe('float32');
          const values = tensor.dataSync();
          tensor.dispose();
          const stated = variance(shape);
          const measured = moments(values, mean);
          expect(Math.abs(measured.offset)).toBeLessThan(SIGMAS * Math.sqrt(stated / values.length));
          expect(Math.abs(measured.variance / stated - 1)).toBeLessThan(
            SIGMAS * Math.sqrt((kurtosis - 1) / values.length),
          );
          const [low, high] = range?.(shape) ?? [-Infinity, Infinity];
          expect(values.every((value) => value >= Math.fround(low) && value <= Math.fround(high))).toBe(true);
        }
      },
    );

    it('gives the same weights for the same seed, 0 too, and others for another', () => {
      const shape = [6, 5];
      const [zero, again, one] = [0, 0, 1].map((seed) => read(draw(shape, new Generator(seed))));
      expect(again).toEqual(zero);
      expect(one).not.toEqual(zero);
    });

    it('advances its generator', () => {
      const generator = new Generator(0);
      expect(read(draw([6, 5], generator))).not.toEqual(read(draw([6, 5], generator)));
    });

    it('falls back on the default generator', () => {
      const before = defaultGenerator.stateDict();
      manualSeed(3);
      const values = read(draw([6, 5]));
      defaultGenerator.loadStateDict(before);
      expect(values).toEqual(read(draw([6, 5], new Generator(3))));
    });

    it('draws nothing for a shape without elements', () => {
      const generator = new Generator(0);
      for (const shape of [
        [0, 5],
        [0, 0],
      ]) {
        const tensor = draw(shape, generator);
        expect(tensor.shape).toEqual(shape);
        tensor.dispose();
      }
      expect(generator.stateDict()).toEqual(new Generator(0).stateDict());
    });

    it('makes one tensor', async () => {
      const before = tf.memory().numTensors;
      const tensor = draw([6, 5], new Generator(0));
      expect(tf.memory().numTensors).toBe(before + 1);
      tensor.dispose();
      await expectNoLeak(() => {
        expect(() => draw([6, -5])).toThrow('shape is [6, -5];');
      });
    });
  });
}

const DENSE = [[300, 200]];
const WEIGHTS = [
  [300, 200],
  [5, 3, 40, 60],
  [5, 40, 60],
  [3, 3, 3, 40, 30],
];
const fanIn = (shape: number[]) => init.fans(shape).fanIn;
const fanOut = (shape: number[]) => init.fans(shape).fanOut;
const xavier = (shape: number[]) => 2 / (fanIn(shape) + fanOut(shape));
const symmetric = (variance: (shape: number[]) => number) => (shape: number[]) => {
  const bound = Math.sqrt(3 * variance(shape));
  return [-bound, bound] as [number, number];
};
const leaky = (slope: number) => (shape: number[]) => 2 / (1 + slope ** 2) / fanOut(shape);
const tanh = (shape: number[]) => (5 / 3) ** 2 * xavier(shape);

describeBackends('random initializers', () => {
  describeInitializer({
    title: 'xavierUniform',
    draw: (shape, generator) => init.xavierUniform(shape, given(generator)),
    shapes: WEIGHTS,
    variance: xavier,
    range: symmetric(xavier),
    kurtosis: 1.8,
  });
  describeInitializer({
    title: 'xavierNormal with the gain of tanh',
    draw: (shape, generator) => init.xavierNormal(shape, { gain: 5 / 3, ...given(generator) }),
    shapes: WEIGHTS,
    variance: tanh,
    kurtosis: 3,
  });
  describeInitializer({
    title: 'kaimingUniform for the backward pass of a leaky ReLU',
    draw: (shape, generator) => init.kaimingUniform(shape, { a: 0.5, mode: 'fanOut', ...given(generator) }),
    shapes: WEIGHTS,
    variance: leaky(0.5),
    range: symmetric(leaky(0.5)),
    kurtosis: 1.8,
  });
  describeInitializer({
    title: 'kaimingNormal',
    draw: (shape, generator) => init.kaimingNormal(shape, given(generator)),
    shapes: WEIGHTS,
    variance: (shape) => 2 / fanIn(shape),
    kurtosis: 3,
  });
  describeInitializer({
    title: 'lecunUniform',
    draw: (shape, generator) => init.lecunUniform(shape, given(generator)),
    shapes: WEIGHTS,
    variance: (shape) => 1 / fanIn(shape),
    range: symmetric((shape) => 1 / fanIn(shape)),
    kurtosis: 1.8,
  });
  describeInitializer({
    title: 'lecunNormal',
    draw: (shape, generator) => init.lecunNormal(shape, given(generator)),
    shapes: WEIGHTS,
    variance: (shape) => 1 / fanIn(shape),
    kurtosis: 3,
  });
  describeInitializer({
    title: 'uniform',
    draw: (shape, generator) => init.uniform(shape, { low: -1, high: 3, ...given(generator) }),
    shapes: [...DENSE, [50000]],
    mean: 1,
    variance: () => 16 / 12,
    range: () => [-1, 3],
    kurtosis: 1.8,
  });
  describeInitializer({
    title: 'normal',
    draw: (shape, generator) => init.normal(shape, { mean: 2, std: 0.3, ...given(generator) }),
    shapes: [...DENSE, [50000]],
    mean: 2,
    variance: () => 0.09,
    kurtosis: 3,
  });
  describeInitializer({
    title: 'truncatedNormal at two deviations: 0.7737 of the variance',
    draw: (shape, generator) => init.truncatedNormal(shape, given(generator)),
    shapes: DENSE,
    variance: () => 0.7737413035,
    range: () => [-2, 2],
    kurtosis: 3,
  });
  describeInitializer({
    title: 'truncatedNormal with absolute bounds far out: all of the variance',
    draw: (shape, generator) => init.truncatedNormal(shape, { std: 0.02, ...given(generator) }),
    shapes: DENSE,
    variance: () => 0.02 ** 2,
    kurtosis: 3,
  });
  describeInitializer({
    title: 'orthogonal',
    draw: (shape, generator) => init.orthogonal(shape, { gain: 3, ...given(generator) }),
    shapes: [
      [100, 60],
      [60, 100],
      [3, 3, 8, 50],
    ],
    variance: (shape) => 9 / Math.max(fanIn(shape), shape.at(-1) ?? 0),
    kurtosis: 3,
  });
  describeInitializer({
    title: 'sparse',
    draw: (shape, generator) => init.sparse(shape, { sparsity: 0.75, std: 0.1, ...given(generator) }),
    shapes: DENSE,
    variance: () => 0.25 * 0.01,
    kurtosis: 12,
  });
});

function given(generator?: Generator): { generator?: Generator } {
  return generator === undefined ? {} : { generator };
}

function read(tensor: tf.Tensor): number[] {
  const values = Array.from(tensor.dataSync());
  tensor.dispose();
  return values;
}

function moments(values: ArrayLike<number>, mean: number): { offset: number; variance: number } {
  let [sum, squares] = [0, 0];
  for (let i = 0; i < values.length; i++) {
    sum += values[i]! - mean;
    squares += (values[i]! - mean) ** 2;
  }
  return { offset: sum / values.length, variance: squares / values.length };
}

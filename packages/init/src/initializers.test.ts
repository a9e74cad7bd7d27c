import { defaultGenerator, Generator } from '@trainkit/random';
import { describeInitializer } from '@trainkit/testing';
import * as init from './index.js';

const random = { generator: (seed: number | bigint) => new Generator(seed), defaultGenerator };
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

describeInitializer('xavierUniform', {
  ...random,
  draw: (shape, generator) => init.xavierUniform(shape, { generator }),
  shapes: WEIGHTS,
  variance: xavier,
  range: symmetric(xavier),
  kurtosis: 1.8,
});
describeInitializer('xavierNormal with the gain of tanh', {
  ...random,
  draw: (shape, generator) => init.xavierNormal(shape, { gain: 5 / 3, generator }),
  shapes: WEIGHTS,
  variance: tanh,
  kurtosis: 3,
});
describeInitializer('kaimingUniform for the backward pass of a leaky ReLU', {
  ...random,
  draw: (shape, generator) => init.kaimingUniform(shape, { a: 0.5, mode: 'fanOut', generator }),
  shapes: WEIGHTS,
  variance: leaky(0.5),
  range: symmetric(leaky(0.5)),
  kurtosis: 1.8,
});
describeInitializer('kaimingNormal', {
  ...random,
  draw: (shape, generator) => init.kaimingNormal(shape, { generator }),
  shapes: WEIGHTS,
  variance: (shape) => 2 / fanIn(shape),
  kurtosis: 3,
});
describeInitializer('lecunUniform', {
  ...random,
  draw: (shape, generator) => init.lecunUniform(shape, { generator }),
  shapes: WEIGHTS,
  variance: (shape) => 1 / fanIn(shape),
  range: symmetric((shape) => 1 / fanIn(shape)),
  kurtosis: 1.8,
});
describeInitializer('lecunNormal', {
  ...random,
  draw: (shape, generator) => init.lecunNormal(shape, { generator }),
  shapes: WEIGHTS,
  variance: (shape) => 1 / fanIn(shape),
  kurtosis: 3,
});
describeInitializer('uniform', {
  ...random,
  draw: (shape, generator) => init.uniform(shape, { low: -1, high: 3, generator }),
  shapes: [...DENSE, [50000]],
  mean: 1,
  variance: () => 16 / 12,
  range: () => [-1, 3],
  kurtosis: 1.8,
});
describeInitializer('normal', {
  ...random,
  draw: (shape, generator) => init.normal(shape, { mean: 2, std: 0.3, generator }),
  shapes: [...DENSE, [50000]],
  mean: 2,
  variance: () => 0.09,
  kurtosis: 3,
});
describeInitializer('truncatedNormal at two deviations: 0.7737 of the variance', {
  ...random,
  draw: (shape, generator) => init.truncatedNormal(shape, { generator }),
  shapes: DENSE,
  variance: () => 0.7737413035,
  range: () => [-2, 2],
  kurtosis: 3,
});
describeInitializer('truncatedNormal with absolute bounds far out: all of the variance', {
  ...random,
  draw: (shape, generator) => init.truncatedNormal(shape, { std: 0.02, generator }),
  shapes: DENSE,
  variance: () => 0.02 ** 2,
  kurtosis: 3,
});
describeInitializer('orthogonal', {
  ...random,
  draw: (shape, generator) => init.orthogonal(shape, { gain: 3, generator }),
  shapes: [
    [100, 60],
    [60, 100],
    [3, 3, 8, 50],
  ],
  variance: (shape) => 9 / Math.max(fanIn(shape), shape.at(-1) ?? 0),
  kurtosis: 3,
});
describeInitializer('sparse', {
  ...random,
  draw: (shape, generator) => init.sparse(shape, { sparsity: 0.75, std: 0.1, generator }),
  shapes: DENSE,
  variance: () => 0.25 * 0.01,
  kurtosis: 12,
});

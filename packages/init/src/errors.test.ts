import { Generator } from '@trainkit/random';
import { describe, expect, it } from 'vitest';
import * as init from './index.js';

/** Calls as JavaScript does, without types. */
function call(method: (...args: never[]) => unknown, ...args: unknown[]): unknown {
  return Reflect.apply(method, undefined, args);
}

const SHAPED = [
  init.xavierUniform,
  init.xavierNormal,
  init.kaimingUniform,
  init.kaimingNormal,
  init.lecunUniform,
  init.lecunNormal,
  init.uniform,
  init.normal,
  init.truncatedNormal,
  init.orthogonal,
  init.sparse,
  init.dirac,
  init.eye,
  init.zeros,
  init.ones,
  init.fans,
] as const;

describe.each(SHAPED.map((method) => [method.name, method] as const))('%s', (name, method) => {
  it.each([
    ['[2, -1]', [2, -1]],
    ['[2, NaN]', [2, Number.NaN]],
    ['[2.5, 3]', [2.5, 3]],
    ['[2, "3"]', [2, '3']],
    ['[2, Infinity]', [2, Number.POSITIVE_INFINITY]],
    ['[2, null]', [2, null]],
    ['5', 5],
    ['undefined', undefined],
  ])('refuses the shape %s', (shown, shape) => {
    expect(() => call(method, shape, { sparsity: 0 })).toThrow(
      `${name}: shape must be an array of whole numbers from 0 on, like [784, 256]; received ${shown}.`,
    );
  });
});

const RANDOM = [
  init.xavierUniform,
  init.xavierNormal,
  init.kaimingUniform,
  init.kaimingNormal,
  init.lecunUniform,
  init.lecunNormal,
  init.uniform,
  init.normal,
  init.truncatedNormal,
  init.orthogonal,
  init.sparse,
] as const;

describe.each(RANDOM.map((method) => [method.name, method] as const))('%s', (name, method) => {
  it('says how to make a generator of a seed', () => {
    expect(() => call(method, [2, 3], { sparsity: 0, generator: 7 })).toThrow(
      `${name}: generator must be a Generator of @trainkit/random; received 7. ` +
        'Write { generator: new Generator(7) }.',
    );
    expect(() => call(method, [2, 3], { sparsity: 0, generator: null })).toThrow(
      'received null. Write { generator: new Generator(seed) }.',
    );
  });
});

describe('what has fans', () => {
  it.each([
    init.xavierUniform,
    init.xavierNormal,
    init.kaimingUniform,
    init.kaimingNormal,
    init.lecunUniform,
    init.lecunNormal,
    init.fans,
  ])('$name refuses a bias', (method) => {
    expect(() => method([10])).toThrow(
      `${method.name}: needs a shape of at least 2 dimensions, [in, out] or [height, width, in, out]; received ` +
        '[10]. For a bias write zeros([10]) or uniform([10], { low, high }).',
    );
  });
});

describe('options', () => {
  const generator = new Generator(0);
  const before = generator.state();

  it.each([
    [
      () => init.xavierUniform([2, 3], { gain: -1, generator }),
      'xavierUniform: gain must be a finite number of at least 0; received -1.',
    ],
    [
      () => init.xavierNormal([2, 3], { gain: Number.NaN, generator }),
      'xavierNormal: gain must be a finite number of at least 0; received NaN.',
    ],
    [
      () => call(init.xavierUniform, [2, 3], { gain: '2', generator }),
      'xavierUniform: gain must be a finite number of at least 0; received "2".',
    ],
    [
      () => init.orthogonal([2, 3], { gain: Number.POSITIVE_INFINITY, generator }),
      'orthogonal: gain must be a finite number; received Infinity.',
    ],
    [
      () => init.orthogonal([3], { generator }),
      'orthogonal: needs a shape of at least 2 dimensions, [in, out] or [height, width, in, out]; received [3]. ' +
        'For a bias write zeros([3]).',
    ],
    [
      () => init.normal([3], { std: -0.1, generator }),
      'normal: std must be a finite number of at least 0; received -0.1.',
    ],
    [
      () => init.normal([3], { mean: Number.NaN, generator }),
      'normal: mean must be a finite number; received NaN.',
    ],
    [
      () => init.uniform([3], { low: 2, generator }),
      'uniform: low must not exceed high; received low = 2, high = 1.',
    ],
    [
      () => init.uniform([3], { high: Number.POSITIVE_INFINITY, generator }),
      'uniform: high must be a finite number; received Infinity.',
    ],
    [
      () => init.truncatedNormal([3], { std: 0, generator }),
      'truncatedNormal: std must be above 0; received 0.',
    ],
    [
      () => init.truncatedNormal([3], { low: 2, generator }),
      'truncatedNormal: low must be below high, both absolute; received low = 2, high = 2.',
    ],
    [
      () => init.truncatedNormal([3], { high: Number.NaN, generator }),
      'truncatedNormal: low must be below high, both absolute; received low = -2, high = NaN.',
    ],
    [
      () => call(init.kaimingUniform, [2, 3], { mode: 'fan_in', generator }),
      "kaimingUniform: mode must be 'fanIn' or 'fanOut'; received \"fan_in\".",
    ],
    [
      () => init.kaimingNormal([2, 3], { a: Number.NaN, generator }),
      'kaimingNormal: the negative slope must be a finite number; received NaN.',
    ],
    [
      () => init.sparse([2, 3], { sparsity: 90, generator }),
      'sparse: sparsity is the fraction of zeros, from 0 to 1; received 90. Write { sparsity: 0.9 }.',
    ],
    [
      () => init.sparse([2, 3], { sparsity: 0.5, std: -1, generator }),
      'sparse: std must be a finite number of at least 0; received -1.',
    ],
    [
      () => init.sparse([2, 3, 4], { sparsity: 0.5, generator }),
      'sparse: a matrix has 2 dimensions, [in, out]; received [2, 3, 4].',
    ],
    [
      () => init.eye([3]),
      'eye: a matrix has 2 dimensions, [in, out]; received [3]. For a convolution kernel use dirac.',
    ],
    [
      () => init.dirac([3, 3]),
      'dirac: a kernel has 3 to 5 dimensions, like [height, width, in, out]; received [3, 3]. For a matrix use eye.',
    ],
    [
      () => init.dirac([3, 3, 2, 3], { groups: 2 }),
      'dirac: groups must be a whole number from 1 on that divides the 3 outputs; received 2.',
    ],
    [
      () => call(init.constant, [3]),
      'constant: value must be a number; received undefined. Write constant(shape, 0.5).',
    ],
  ])('%s', (body, text) => {
    expect(body).toThrow(text);
  });

  it('that are refused draw nothing', () => {
    expect(generator.state()).toEqual(before);
  });
});

describe('an unknown nonlinearity', () => {
  const names =
    'There are linear, conv1d, conv2d, conv3d, conv_transpose1d, conv_transpose2d, conv_transpose3d, sigmoid, ' +
    "tanh, relu, leaky_relu, selu. For any other function pass 'linear' and scale the result.";

  it.each([
    ['leakyRelu', 'leaky_relu'],
    ['LeakyReLU', 'leaky_relu'],
    ['ReLU', 'relu'],
    ['Tanh', 'tanh'],
    ['gelu', 'relu'],
    ['convTranspose2d', 'conv_transpose2d'],
  ])('%s: suggests %s and lists all', (name, suggestion) => {
    expect(() => call(init.calculateGain, name)).toThrow(
      `calculateGain: there is no nonlinearity "${name}". Did you mean '${suggestion}'? ${names}`,
    );
  });

  it('that is not even a word gets the list', () => {
    expect(() => call(init.calculateGain)).toThrow(
      `calculateGain: there is no nonlinearity undefined. ${names}`,
    );
  });

  it('is reported by kaiming under its own name', () => {
    expect(() => call(init.kaimingNormal, [2, 3], { nonlinearity: 'sigmoidd' })).toThrow(
      'kaimingNormal: there is no nonlinearity "sigmoidd". Did you mean \'sigmoid\'?',
    );
  });
});

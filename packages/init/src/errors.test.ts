import { Generator } from '@trainkit/random';
import { describe, expect, it } from 'vitest';
import * as init from './index.js';

/** Calls a method without types, as JavaScript does. */
function call(method: (...args: never[]) => unknown, ...args: unknown[]): unknown {
  return Reflect.apply(method, undefined, args);
}

/** The required options; only `sparse` has one. */
const optionsOf = (name: string) => (name === 'sparse' ? [{ sparsity: 0 }] : []);

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
    expect(() => call(method, shape, ...optionsOf(name))).toThrow(
      `${name}: shape is ${shown}; expected an array of whole numbers of at least 0. Write for example [784, 256].`,
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
    expect(() => call(method, [2, 3], { ...optionsOf(name)[0], generator: 7 })).toThrow(
      `${name}: generator is 7; expected a Generator of @trainkit/random. Write { generator: new Generator(7) }.`,
    );
    expect(() => call(method, [2, 3], { ...optionsOf(name)[0], generator: null })).toThrow(
      'generator is null; expected a Generator of @trainkit/random. Write { generator: new Generator(seed) }.',
    );
  });
});

describe('shapes with fans', () => {
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
      `${method.name}: shape is [10]; expected at least 2 dimensions, [in, out] or [height, width, in, out]. ` +
        'For a bias write zeros([10]) or uniform([10], { low, high }).',
    );
  });
});

describe('options', () => {
  const generator = new Generator(0);
  const before = generator.stateDict();

  it.each([
    [
      () => init.xavierUniform([2, 3], { gain: -1, generator }),
      'xavierUniform: gain is -1; expected a finite number of at least 0.',
    ],
    [
      () => init.xavierNormal([2, 3], { gain: Number.NaN, generator }),
      'xavierNormal: gain is NaN; expected a finite number of at least 0.',
    ],
    [
      () => call(init.xavierUniform, [2, 3], { gain: '2', generator }),
      'xavierUniform: gain is "2"; expected a finite number of at least 0.',
    ],
    [
      () => init.orthogonal([2, 3], { gain: Number.POSITIVE_INFINITY, generator }),
      'orthogonal: gain is Infinity; expected a finite number.',
    ],
    [
      () => init.orthogonal([3], { generator }),
      'orthogonal: shape is [3]; expected at least 2 dimensions, [in, out] or [height, width, in, out]. ' +
        'For a bias write zeros([3]).',
    ],
    [
      () => init.normal([3], { std: -0.1, generator }),
      'normal: std is -0.1; expected a finite number of at least 0.',
    ],
    [
      () => init.normal([3], { mean: Number.NaN, generator }),
      'normal: mean is NaN; expected a finite number.',
    ],
    [
      () => init.uniform([3], { low: 2, generator }),
      'uniform: low is 2; expected a number of at most high, which is 1.',
    ],
    [
      () => init.uniform([3], { high: Number.POSITIVE_INFINITY, generator }),
      'uniform: high is Infinity; expected a finite number.',
    ],
    [
      () => init.truncatedNormal([3], { std: 0, generator }),
      'truncatedNormal: std is 0; expected a finite number above 0.',
    ],
    [
      () => init.truncatedNormal([3], { low: 2, generator }),
      'truncatedNormal: low is 2; expected a number below high, which is 2. Both are absolute, not in units of std.',
    ],
    [
      () => init.truncatedNormal([3], { high: Number.NaN, generator }),
      'truncatedNormal: low is -2; expected a number below high, which is NaN. Both are absolute, not in units of std.',
    ],
    [
      () => call(init.kaimingUniform, [2, 3], { mode: 'fan_in', generator }),
      'kaimingUniform: mode is "fan_in"; expected "fanIn" or "fanOut". Write "fanIn".',
    ],
    [
      () => init.kaimingNormal([2, 3], { a: Number.NaN, generator }),
      'kaimingNormal: the negative slope is NaN; expected a finite number.',
    ],
    [
      () => init.sparse([2, 3], { sparsity: 90, generator }),
      'sparse: sparsity is 90; expected a probability from 0 to 1. It is the fraction of zeros: write { sparsity: 0.9 }.',
    ],
    [
      () => init.sparse([2, 3], { sparsity: 0.5, std: -1, generator }),
      'sparse: std is -1; expected a finite number of at least 0.',
    ],
    [
      () => init.sparse([2, 3, 4], { sparsity: 0.5, generator }),
      'sparse: shape is [2, 3, 4]; expected 2 dimensions, [in, out].',
    ],
    [
      () => init.eye([3]),
      'eye: shape is [3]; expected 2 dimensions, [in, out]. For a convolution kernel write dirac.',
    ],
    [
      () => init.dirac([3, 3]),
      'dirac: shape is [3, 3]; expected 3 to 5 dimensions, such as [height, width, in, out]. For a matrix write eye.',
    ],
    [
      () => init.dirac([3, 3, 2, 3], { groups: 2 }),
      'dirac: groups is 2; expected a positive whole number that divides the 3 outputs.',
    ],
    [
      () => call(init.constant, [3]),
      'constant: value is undefined; expected a number. Write for example constant(shape, 0.5).',
    ],
  ])('%s', (body, text) => {
    expect(body).toThrow(text);
  });

  it('that are refused draw nothing', () => {
    expect(generator.stateDict()).toEqual(before);
  });
});

describe('an unknown nonlinearity', () => {
  const names =
    'expected "linear" or "conv1d" or "conv2d" or "conv3d" or "conv_transpose1d" or "conv_transpose2d" or ' +
    '"conv_transpose3d" or "sigmoid" or "tanh" or "relu" or "leaky_relu" or "selu".';

  it.each([
    ['leakyRelu', 'leaky_relu'],
    ['LeakyReLU', 'leaky_relu'],
    ['ReLU', 'relu'],
    ['Tanh', 'tanh'],
    ['gelu', 'relu'],
    ['convTranspose2d', 'conv_transpose2d'],
  ])('%s: suggests %s and lists all', (name, suggestion) => {
    expect(() => call(init.calculateGain, name)).toThrow(
      `calculateGain: nonlinearity is "${name}"; ${names} Write "${suggestion}".`,
    );
  });

  it('that is not even a word gets the list', () => {
    expect(() => call(init.calculateGain)).toThrow(`calculateGain: nonlinearity is undefined; ${names}`);
  });

  it('is reported by kaiming under its own name', () => {
    expect(() => call(init.kaimingNormal, [2, 3], { nonlinearity: 'sigmoidd' })).toThrow(
      'kaimingNormal: nonlinearity is "sigmoidd"; expected',
    );
  });
});

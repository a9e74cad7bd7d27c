import { describe, expect, it } from 'vitest';
import { Generator } from './generator.js';

describe('arguments', () => {
  const generator = new Generator(0);
  const before = generator.state();

  it.each(['uniform', 'normal', 'bernoulli', 'uint32'] as const)('%s refuses bad lengths', (method) => {
    for (const n of [-1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53]) {
      expect(() => generator[method](n)).toThrow(
        `${method}: n is the number of values, a whole number from 0 on; received ${n}.`,
      );
    }
    expect(() => Reflect.apply(generator[method], generator, ['3'])).toThrow('received "3".');
    expect(() => Reflect.apply(generator[method], generator, [[2, 3]])).toThrow('received [2, 3].');
  });

  it('permutation says how far it is defined', () => {
    expect(() => generator.permutation(-1)).toThrow(
      'permutation: n is the number of values, a whole number from 0 on of at most 214748363; received -1.',
    );
    expect(() => generator.permutation(214748364)).toThrow('received 214748364.');
  });

  it('uniform refuses ranges that PyTorch refuses', () => {
    expect(() => generator.uniform(1, 2, 1)).toThrow(
      'uniform: low must not exceed high; received low = 2, high = 1.',
    );
    expect(() => generator.uniform(1, Number.NaN)).toThrow(
      'uniform: low must be a finite number; received NaN.',
    );
    expect(() => generator.uniform(1, 0, Number.POSITIVE_INFINITY)).toThrow(
      'uniform: high must be a finite number; received Infinity.',
    );
    expect(() => generator.uniform(1, -3e38, 3e38)).toThrow(
      "uniform: high - low must be within float32's range; received -3e+38 and 3e+38.",
    );
  });

  it('normal refuses a negative or missing std', () => {
    expect(() => generator.normal(1, 0, -1)).toThrow('normal: std must be at least 0; received -1.');
    expect(() => generator.normal(1, 0, Number.NaN)).toThrow(
      'normal: std must be a finite number; received NaN.',
    );
    expect(() => generator.normal(1, Number.NEGATIVE_INFINITY)).toThrow(
      'normal: mean must be a finite number; received -Infinity.',
    );
  });

  it.each([1, 16])('normal refuses what float32 does not hold, for %i values', (n) => {
    expect(() => generator.normal(n, 0, 1e39)).toThrow(
      "normal: std must be within float32's range; received 1e+39.",
    );
    expect(() => generator.normal(n, -1e39)).toThrow(
      "normal: mean must be within float32's range; received -1e+39.",
    );
  });

  it('bernoulli refuses what is no probability', () => {
    for (const p of [-0.1, 1.1, Number.NaN]) {
      expect(() => generator.bernoulli(1, p)).toThrow(
        `bernoulli: p is a probability, from 0 to 1; received ${p}.`,
      );
    }
    expect(() => Reflect.apply(generator.bernoulli, generator, [1, '0.5'])).toThrow('received "0.5".');
  });

  it('scaledBernoulli refuses what bernoulli refuses, and a value that is not finite', () => {
    expect(() => generator.scaledBernoulli(-1, 0.5, 1)).toThrow('scaledBernoulli: n is the number of values');
    expect(() => generator.scaledBernoulli(1, 1.1, 1)).toThrow(
      'scaledBernoulli: p is a probability, from 0 to 1; received 1.1.',
    );
    expect(() => generator.scaledBernoulli(1, 0.5, Number.NaN)).toThrow(
      'scaledBernoulli: value must be a finite number; received NaN.',
    );
  });

  it('a refused call draws nothing', () => {
    expect(generator.state()).toEqual(before);
  });
});

describe('values', () => {
  it('have the types that hold them without loss', () => {
    const generator = new Generator(0);
    expect(generator.uniform(1)).toBeInstanceOf(Float32Array);
    expect(generator.normal(1)).toBeInstanceOf(Float32Array);
    expect(generator.bernoulli(1)).toBeInstanceOf(Uint8Array);
    expect(generator.scaledBernoulli(1, 0.5, 2)).toBeInstanceOf(Float32Array);
    expect(generator.permutation(1)).toBeInstanceOf(Int32Array);
    expect(generator.uint32(1)).toBeInstanceOf(Uint32Array);
    expect(typeof generator.int64()).toBe('bigint');
  });

  it('are new arrays in each call', () => {
    const generator = new Generator(0);
    const first = generator.uniform(5);
    const copy = first.slice();
    expect(generator.uniform(5)).not.toEqual(first);
    expect(first).toEqual(copy);
  });

  it('low equal to high gives that value and still draws', () => {
    const generator = new Generator(0);
    expect(Array.from(generator.uniform(3, 0.5, 0.5))).toEqual([0.5, 0.5, 0.5]);
    expect(generator.state().place).toBe(3);
  });

  it('p = 0 gives only zeros, p = 1 only ones', () => {
    const generator = new Generator(3);
    expect(generator.bernoulli(1000, 0).some((bit) => bit !== 0)).toBe(false);
    expect(generator.bernoulli(1000, 1).every((bit) => bit === 1)).toBe(true);
  });
});

describe('restore', () => {
  const good = new Generator(0).state();

  it.each([
    ['a missing state', undefined, 'received undefined'],
    ['null', null, 'received null'],
    [
      'words of a wrong length',
      { ...good, words: [1, 2] },
      'words must be an array of 624 numbers (received 2)',
    ],
    ['no words', { place: 0 }, 'words must be an array of 624 numbers (received undefined)'],
    [
      'typed words that went through JSON',
      { ...good, words: JSON.parse(JSON.stringify(Uint32Array.from(good.words))) },
      'words must be an array of 624 numbers (received [object Object])',
    ],
    [
      'a negative word',
      { ...good, words: [...Array.from(good.words).slice(1), -1] },
      'words must be unsigned 32-bit integers (received -1 at 623)',
    ],
    [
      'a fraction',
      { ...good, words: [0.5, ...Array.from(good.words).slice(1)] },
      'words must be unsigned 32-bit integers (received 0.5 at 0)',
    ],
    ['zeros', { ...good, words: new Uint32Array(624) }, 'words are all 0, which no seed leads to'],
    ['a place of 625', { ...good, place: 625 }, 'place must be a whole number from 0 to 624 (received 625)'],
    ['a place of -1', { ...good, place: -1 }, 'place must be a whole number from 0 to 624 (received -1)'],
    ['a place as text', { ...good, place: '3' }, 'place must be a whole number from 0 to 624 (received "3")'],
    [
      'a missing normal',
      { words: good.words, place: 3 },
      'keptNormal must be a finite number or null (received undefined)',
    ],
    [
      'a NaN normal',
      { ...good, keptNormal: Number.NaN },
      'keptNormal must be a finite number or null (received NaN)',
    ],
  ])('refuses %s and changes nothing', (_name, state, text) => {
    const generator = new Generator(5);
    generator.normal(1);
    const before = generator.state();
    expect(() => Reflect.apply(generator.restore, generator, [state])).toThrow(
      `restore: not the state of a Generator: ${text}. Pass what state() returned.`,
    );
    expect(generator.state()).toEqual(before);
  });

  it('takes words as a typed array too, as a binary checkpoint holds them', () => {
    const { words, ...rest } = good;
    const generator = new Generator(1).restore({ words: Uint32Array.from(words), ...rest });
    expect(generator.uniform(20)).toEqual(new Generator(0).uniform(20));
  });

  it('shares no memory with the state', () => {
    const generator = new Generator(1);
    const words = Uint32Array.from(good.words);
    generator.restore({ ...good, words });
    words.fill(0);
    expect(generator.uniform(700)).toEqual(new Generator(0).uniform(700));
  });

  it('brings back the kept normal, and its absence', () => {
    const generator = new Generator(0);
    generator.normal(1);
    const withNormal = generator.state();
    const second = generator.normal(1);
    const without = generator.state();
    expect(withNormal.keptNormal).not.toBeNull();
    expect(without.keptNormal).toBeNull();
    expect(generator.restore(withNormal).normal(1)).toEqual(second);
    expect(new Generator(0).restore(without).normal(1)).not.toEqual(second);
  });
});

import { describe, expect, it } from 'vitest';
import { Generator } from './generator.js';

describe('arguments', () => {
  const generator = new Generator(0);
  const before = generator.stateDict();

  it.each(['uniform', 'normal', 'bernoulli', 'uint32'] as const)('%s refuses bad lengths', (method) => {
    for (const n of [-1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53]) {
      expect(() => generator[method](n)).toThrow(
        new RangeError(`${method}: n is ${n}; expected a whole number of at least 0.`),
      );
    }
    expect(() => Reflect.apply(generator[method], generator, ['3'])).toThrow('n is "3";');
    expect(() => Reflect.apply(generator[method], generator, [[2, 3]])).toThrow('n is [2, 3];');
  });

  it('permutation says how far it is defined', () => {
    expect(() => generator.permutation(-1)).toThrow(
      'permutation: n is -1; expected a whole number from 0 to 214748363.',
    );
    expect(() => generator.permutation(214748364)).toThrow('n is 214748364;');
  });

  it('uniform refuses ranges that PyTorch refuses', () => {
    expect(() => generator.uniform(1, 2, 1)).toThrow(
      'uniform: low is 2; expected a number of at most high, which is 1.',
    );
    expect(() => generator.uniform(1, Number.NaN)).toThrow('uniform: low is NaN; expected a finite number.');
    expect(() => generator.uniform(1, 0, Number.POSITIVE_INFINITY)).toThrow(
      'uniform: high is Infinity; expected a finite number.',
    );
    expect(() => generator.uniform(1, -3e38, 3e38)).toThrow(
      'uniform: high - low is 6e+38; expected a number in the range of float32.',
    );
  });

  it('normal refuses a negative or missing std', () => {
    expect(() => generator.normal(1, 0, -1)).toThrow(
      'normal: std is -1; expected a finite number of at least 0.',
    );
    expect(() => generator.normal(1, 0, Number.NaN)).toThrow(
      'normal: std is NaN; expected a finite number of at least 0.',
    );
    expect(() => generator.normal(1, Number.NEGATIVE_INFINITY)).toThrow(
      'normal: mean is -Infinity; expected a finite number.',
    );
  });

  it.each([1, 16])('normal refuses numbers outside of float32, for %i values', (n) => {
    expect(() => generator.normal(n, 0, 1e39)).toThrow(
      'normal: std is 1e+39; expected a number in the range of float32.',
    );
    expect(() => generator.normal(n, -1e39)).toThrow(
      'normal: mean is -1e+39; expected a number in the range of float32.',
    );
  });

  it('bernoulli refuses a value that is no probability', () => {
    for (const p of [-0.1, 1.1, Number.NaN]) {
      expect(() => generator.bernoulli(1, p)).toThrow(
        `bernoulli: p is ${p}; expected a probability from 0 to 1.`,
      );
    }
    expect(() => Reflect.apply(generator.bernoulli, generator, [1, '0.5'])).toThrow('p is "0.5";');
  });

  it('fillBernoulli fills an array with the numbers of scaledBernoulli', () => {
    const values = new Float32Array(100).fill(7);
    new Generator(3).fillBernoulli(values, 0.4, 2.5);
    expect(values).toEqual(new Generator(3).scaledBernoulli(100, 0.4, 2.5));
    const noFloats: unknown = [1, 2];
    expect(() => generator.fillBernoulli(noFloats as Float32Array, 0.5, 1)).toThrow(
      'fillBernoulli: values is [1, 2]; expected a Float32Array',
    );
  });

  it('scaledBernoulli refuses the same arguments as bernoulli, and a value that is not finite', () => {
    expect(() => generator.scaledBernoulli(-1, 0.5, 1)).toThrow('scaledBernoulli: n is -1;');
    expect(() => generator.scaledBernoulli(1, 1.1, 1)).toThrow(
      'scaledBernoulli: p is 1.1; expected a probability from 0 to 1.',
    );
    expect(() => generator.scaledBernoulli(1, 0.5, Number.NaN)).toThrow(
      'scaledBernoulli: value is NaN; expected a finite number.',
    );
  });

  it('a refused call draws nothing', () => {
    expect(generator.stateDict()).toEqual(before);
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

  it('low equal to high returns that value and still draws', () => {
    const generator = new Generator(0);
    expect(Array.from(generator.uniform(3, 0.5, 0.5))).toEqual([0.5, 0.5, 0.5]);
    expect(generator.stateDict().offset).toBe(3);
  });

  it('p = 0 returns only zeros, p = 1 only ones', () => {
    const generator = new Generator(3);
    expect(generator.bernoulli(1000, 0).some((bit) => bit !== 0)).toBe(false);
    expect(generator.bernoulli(1000, 1).every((bit) => bit === 1)).toBe(true);
  });
});

describe('stateDict and loadStateDict', () => {
  const good = new Generator(0).stateDict();
  const words = Array.from(good.words);
  const [LENGTH, WORD, OFFSET, NORMAL] = [
    'expected an array of 624 numbers.',
    'expected an unsigned 32-bit integer.',
    'expected a whole number from 0 to 624.',
    'expected a finite number or null.',
  ];

  it.each([
    ['a missing state', undefined, ['state is undefined; expected the state of a Generator.']],
    ['null', null, ['state is null; expected the state of a Generator.']],
    ['words of a wrong length', { ...good, words: [1, 2] }, [`words is [1, 2]; ${LENGTH}`]],
    [
      'nothing, and names all that is missing',
      {},
      [
        `words is undefined; ${LENGTH}`,
        `offset is undefined; ${OFFSET}`,
        `nextNormal is undefined; ${NORMAL}`,
      ],
    ],
    [
      'typed words that went through JSON',
      { ...good, words: JSON.parse(JSON.stringify(Uint32Array.from(words))) },
      [`words is [object Object]; ${LENGTH}`],
    ],
    ['a negative word', { ...good, words: [...words.slice(1), -1] }, [`words[623] is -1; ${WORD}`]],
    ['a fraction', { ...good, words: [0.5, ...words.slice(1)] }, [`words[0] is 0.5; ${WORD}`]],
    [
      'zeros',
      { ...good, words: new Uint32Array(624) },
      ['words is a Uint32Array of 624 elements; expected at least one that is not 0, as after every seed.'],
    ],
    ['an offset of 625', { ...good, offset: 625 }, [`offset is 625; ${OFFSET}`]],
    ['an offset of -1', { ...good, offset: -1 }, [`offset is -1; ${OFFSET}`]],
    ['an offset as text', { ...good, offset: '3' }, [`offset is "3"; ${OFFSET}`]],
    ['a missing normal', { words, offset: 3 }, [`nextNormal is undefined; ${NORMAL}`]],
    ['a NaN normal', { ...good, nextNormal: Number.NaN }, [`nextNormal is NaN; ${NORMAL}`]],
  ])('refuses %s and changes nothing', (_name, state, faults) => {
    const generator = new Generator(5);
    generator.normal(1);
    const before = generator.stateDict();
    expect(() => Reflect.apply(generator.loadStateDict, generator, [state])).toThrow(
      new RangeError(
        [
          ...faults.map((fault) => `loadStateDict: ${fault}`),
          'Nothing was loaded. Pass what stateDict() of a Generator returned.',
        ].join('\n'),
      ),
    );
    expect(generator.stateDict()).toEqual(before);
  });

  it('accepts words as a typed array, as in a binary checkpoint', () => {
    const { words, ...rest } = good;
    const generator = new Generator(1).loadStateDict({ words: Uint32Array.from(words), ...rest });
    expect(generator.uniform(20)).toEqual(new Generator(0).uniform(20));
  });

  it('shares no memory with the state', () => {
    const generator = new Generator(1);
    const words = Uint32Array.from(good.words);
    generator.loadStateDict({ ...good, words });
    words.fill(0);
    expect(generator.uniform(700)).toEqual(new Generator(0).uniform(700));
  });

  it('brings back the kept normal, and its absence', () => {
    const generator = new Generator(0);
    generator.normal(1);
    const withNormal = generator.stateDict();
    const second = generator.normal(1);
    const without = generator.stateDict();
    expect(withNormal.nextNormal).not.toBeNull();
    expect(without.nextNormal).toBeNull();
    expect(generator.loadStateDict(withNormal).normal(1)).toEqual(second);
    expect(new Generator(0).loadStateDict(without).normal(1)).not.toEqual(second);
  });
});

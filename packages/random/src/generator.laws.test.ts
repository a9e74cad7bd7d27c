import { describeStateful } from '@trainkit/testing/stateful';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Generator } from './generator.js';

const seeds = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 64n - 1n });
const lengths = fc.oneof(fc.nat({ max: 40 }), fc.nat({ max: 1500 }));
const probabilities = fc.double({ min: 0, max: 1, noNaN: true });

/** One call on a generator. */
const calls = fc.oneof(
  lengths.map((n) => (generator: Generator) => generator.uniform(n, -1, 2)),
  lengths.map((n) => (generator: Generator) => generator.normal(n, 0.5, 2)),
  fc.tuple(lengths, probabilities).map(
    ([n, p]) =>
      (generator: Generator) =>
        generator.bernoulli(n, p),
  ),
  lengths.map((n) => (generator: Generator) => generator.permutation(n)),
  lengths.map((n) => (generator: Generator) => generator.uint32(n)),
  fc.constant((generator: Generator) => generator.int64()),
);
const programs = fc.array(calls, { maxLength: 8 });

describeStateful('Generator', {
  make: () => new Generator(0),
  // An odd number of normals keeps one for the next call.
  advance: (generator, turn) => [generator.normal(turn), generator.uint32(500), generator.permutation(turn)],
});

describe('a generator', () => {
  it('continues equally from a state taken anywhere and sent through JSON', () => {
    fc.assert(
      fc.property(seeds, programs, programs, (seed, before, after) => {
        const generator = new Generator(seed);
        for (const call of before) call(generator);
        const resumed = new Generator(0).loadStateDict(JSON.parse(JSON.stringify(generator.stateDict())));
        expect(resumed.stateDict()).toEqual(generator.stateDict());
        for (const call of after) expect(call(resumed)).toEqual(call(generator));
      }),
    );
  });

  it('is not moved by asking for its state', () => {
    fc.assert(
      fc.property(seeds, programs, (seed, program) => {
        const asked = new Generator(seed);
        const left = new Generator(seed);
        for (const call of program) {
          asked.stateDict();
          expect(call(asked)).toEqual(call(left));
        }
      }),
    );
  });

  it('restarts with manualSeed, whatever was drawn before', () => {
    fc.assert(
      fc.property(seeds, programs, programs, (seed, before, after) => {
        const generator = new Generator(1);
        for (const call of before) call(generator);
        generator.manualSeed(seed);
        const fresh = new Generator(seed);
        for (const call of after) expect(call(generator)).toEqual(call(fresh));
      }),
    );
  });

  it('counts the low 32 bits of a seed', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 2n ** 63n }), (seed) => {
        expect(new Generator(seed).uint32(3)).toEqual(new Generator(BigInt.asUintN(32, seed)).uint32(3));
      }),
    );
  });
});

describe('a stream split over two calls is the same stream', () => {
  it.each(['uniform', 'bernoulli', 'uint32'] as const)('%s', (method) => {
    fc.assert(
      fc.property(seeds, lengths, lengths, (seed, first, second) => {
        const whole = new Generator(seed)[method](first + second);
        const split = new Generator(seed);
        expect(split[method](first)).toEqual(whole.slice(0, first));
        expect(split[method](second)).toEqual(whole.slice(first));
      }),
    );
  });

  it('short normals', () => {
    fc.assert(
      fc.property(seeds, fc.nat({ max: 7 }), fc.nat({ max: 8 }), (seed, first, second) => {
        const whole = new Generator(seed).normal(first + second);
        const split = new Generator(seed);
        expect(split.normal(first)).toEqual(whole.slice(0, first));
        expect(split.normal(second)).toEqual(whole.slice(first));
      }),
    );
  });
});

describe('values', () => {
  it('of uniform are 24-bit fractions scaled with one rounding', () => {
    fc.assert(
      fc.property(
        seeds,
        fc.float({ min: Math.fround(-1e6), max: Math.fround(1e6), noNaN: true }),
        fc.float({ min: 0, max: Math.fround(1e6), noNaN: true }),
        (seed, low, width) => {
          const high = Math.fround(low + width);
          const range = Math.fround(high - low);
          const draws = new Generator(seed).uint32(50);
          const values = new Generator(seed).uniform(50, low, high);
          draws.forEach((draw, i) => {
            const value = Math.fround(((draw % 2 ** 24) / 2 ** 24) * range + low);
            expect(values[i]).toBe(value === high ? low : value);
          });
        },
      ),
    );
  });

  it('of bernoulli are 53-bit fractions compared with p', () => {
    fc.assert(
      fc.property(seeds, probabilities, (seed, p) => {
        const draws = new Generator(seed).uint32(100);
        const values = new Generator(seed).bernoulli(50, p);
        values.forEach((value, i) => {
          const fraction = ((draws[2 * i]! % 2 ** 21) * 2 ** 32 + draws[2 * i + 1]!) * 2 ** -53;
          expect(value).toBe(fraction < p ? 1 : 0);
        });
      }),
    );
  });

  it('of scaledBernoulli are those of bernoulli, times the value', () => {
    const values = fc.float({ noNaN: true, noDefaultInfinity: true });
    fc.assert(
      fc.property(seeds, fc.nat({ max: 3 }), lengths, probabilities, values, (seed, before, n, p, value) => {
        const [generator, expected] = [new Generator(seed), new Generator(seed)];
        for (const each of [generator, expected]) each.uint32(before);
        const bits = Float32Array.from(expected.bernoulli(n, p), (bit) => bit * value);
        expect(generator.scaledBernoulli(n, p, value)).toEqual(bits);
        expect(generator.stateDict()).toEqual(expected.stateDict());
      }),
    );
  });

  it('of bernoulli tie with a p that is one of the fractions as less-than demands', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const [first = 0, second = 0] = new Generator(seed).uint32(2);
        const fraction = ((first % 2 ** 21) * 2 ** 32 + second) * 2 ** -53;
        expect(new Generator(seed).bernoulli(1, fraction)[0]).toBe(0);
        expect(new Generator(seed).bernoulli(1, Math.min(1, fraction + 2 ** -53))[0]).toBe(1);
      }),
    );
  });

  it('of permutation are each number from 0 to n - 1, once', () => {
    fc.assert(
      fc.property(seeds, lengths, (seed, n) => {
        const values = new Generator(seed).permutation(n);
        expect(values.toSorted()).toEqual(Int32Array.from({ length: n }, (_, i) => i));
      }),
    );
  });

  it('of int64 are 63 bits of two draws', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const [first = 0, second = 0] = new Generator(seed).uint32(2);
        const expected = (BigInt(first & 0x7fff_ffff) << 32n) | BigInt(second);
        expect(new Generator(seed).int64()).toBe(expected);
      }),
    );
  });
});

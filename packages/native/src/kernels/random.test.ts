import fc from 'fast-check';
import { beforeAll, expect, it } from 'vitest';
import { loadKernels, type RunKernel } from '../../fixtures/run-kernel.js';
import { expectSameBits } from '../../fixtures/same-bits.js';

let run: RunKernel;
beforeAll(async () => {
  run = await loadKernels();
});

/** MT19937 word by word, as its authors wrote it. */
class Reference {
  readonly state = new Int32Array(624);
  #index = 624;

  constructor(seed: number) {
    this.state[0] = seed;
    for (let i = 1; i < 624; i++) {
      const previous = this.state[i - 1]!;
      this.state[i] = Math.imul(1812433253, previous ^ (previous >>> 30)) + i;
    }
  }

  next(): number {
    if (this.#index === 624) this.#makeBlock();
    let y = this.state[this.#index++]!;
    y ^= y >>> 11;
    y ^= (y << 7) & 0x9d2c5680;
    y ^= (y << 15) & 0xefc60000;
    return (y ^ (y >>> 18)) >>> 0;
  }

  #makeBlock(): void {
    for (let i = 0; i < 624; i++) {
      const [current, next] = [this.state[i]!, this.state[(i + 1) % 624]!];
      const mixed = (current & 0x80000000) | (next & 0x7fffffff);
      this.state[i] = this.state[(i + 397) % 624]! ^ (mixed >>> 1) ^ (next & 1 ? 0x9908b0df : 0);
    }
    this.#index = 0;
  }
}

/** A generator as `@trainkit/random` keeps it, drawn from by the addon. */
class Drawn {
  readonly state: Int32Array;
  readonly #words = new Int32Array(624);
  #offset = 624;

  constructor(seed: number) {
    this.state = new Reference(seed).state;
  }

  draw(kernel: string, n: number, perValue: number, ...parameters: number[]): Float32Array {
    const values = new Float32Array(n).fill(NaN);
    run(kernel, [n, this.#offset, ...parameters], [this.state, this.#words, values]);
    const beyond = n * perValue - (624 - this.#offset);
    this.#offset = beyond <= 0 ? this.#offset + n * perValue : ((beyond - 1) % 624) + 1;
    return values;
  }
}

const counts = fc.array(fc.tuple(fc.boolean(), fc.integer({ min: 0, max: 6000 })), {
  minLength: 1,
  maxLength: 5,
});

it('draws MT19937’s words, whatever was drawn before', () => {
  fc.assert(
    fc.property(counts, fc.integer(), (draws, seed) => {
      const [drawn, reference] = [new Drawn(seed), new Reference(seed)];
      for (const [pairs, n] of draws) {
        const actual = pairs
          ? drawn.draw('bernoulli', n, 2, Math.ceil(0.3 * 2 ** 53), -2)
          : drawn.draw('uniform', n, 1, -0.3, 1.7);
        const wanted = Float32Array.from({ length: n }, () => {
          const word = reference.next();
          if (!pairs) return (word & 0xffffff) * 2 ** -24 * 1.7 + -0.3;
          return (word & 0x1fffff) * 2 ** 32 + reference.next() < Math.ceil(0.3 * 2 ** 53) ? -2 : -0;
        });
        expect(actual).toEqual(wanted);
      }
      expect(drawn.state).toEqual(reference.state);
    }),
    { numRuns: 30 },
  );
});

it('refuses arrays that are no generator, and an offset beyond its block', () => {
  const [state, values] = [new Int32Array(624), new Float32Array(3)];
  const call = (offset: number, words: Int32Array) => () =>
    run('bernoulli', [3, offset, 1, 1], [state, words, values]);
  expect(call(0, new Int32Array(623))).toThrow(
    'bernoulli: an array is missing, too short or of another type',
  );
  expect(call(625, state)).toThrow('bernoulli: an array is missing, too short or of another type');
  expect(call(-1, state)).toThrow('bernoulli: its numbers are not those of this kernel');
});

it('has the same bits on every instruction set', async () => {
  const generator = { length: 624, below: 2 ** 31 };
  await expectSameBits(
    [0, 1, 333, 5001].flatMap((n) => [
      { kernel: 'bernoulli', numbers: [n, 311, 2 ** 52, 1.5], arrays: [generator, generator, n] },
      { kernel: 'uniform', numbers: [n, 7, -1, 2], arrays: [generator, generator, n] },
    ]),
  );
});

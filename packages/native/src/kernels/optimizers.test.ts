import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { loadKernels, mistakes, type RunKernel } from '../../fixtures/run-kernel.js';
import { expectSameBits } from '../../fixtures/same-bits.js';

let run: RunKernel;
beforeAll(async () => {
  run = await loadKernels();
});

const number = fc.float({ min: -4, max: 4, noNaN: true, noDefaultInfinity: true });
const positive = fc.float({ min: Math.fround(0.01), max: 4, noNaN: true, noDefaultInfinity: true });
const element = fc.record({ p: number, g: number, m: number, v: positive, largest: positive });
const elements = fc.array(element, { maxLength: 40 });
const floats = (values: readonly number[]) => Float32Array.from(values);

describe('adam', () => {
  it.each([
    { beta1: 0.9, amsgrad: false },
    { beta1: 0.3, amsgrad: true },
  ])('computes what its formula says with β1 $beta1, AMSGrad $amsgrad', ({ beta1, amsgrad }) => {
    const [rate, eps, shrink, weightDecay, beta2] = [0.125, 0.0625, 0.75, 0.5, 0.875];
    fc.assert(
      fc.property(elements, (given) => {
        const [p, m, v] = [
          floats(given.map((e) => e.p)),
          floats(given.map((e) => e.m)),
          floats(given.map((e) => e.v)),
        ];
        const largest = amsgrad ? floats(given.map((e) => e.largest)) : null;
        const arrays = [
          floats(given.map((e) => e.g)),
          floats([rate]),
          floats([eps]),
          floats([shrink]),
          p,
          m,
          v,
          largest,
        ];
        run('adam', [p.length, -1, weightDecay, beta1, 1 - beta1, beta2, 1 - beta2], arrays);
        const wanted = given.map((e) => {
          const g = -e.g + weightDecay * e.p;
          const mean = beta1 * e.m + (1 - beta1) * g;
          const square = beta2 * e.v + (1 - beta2) * g * g;
          const root = Math.sqrt(amsgrad ? Math.max(square, e.largest) : square);
          return { mean, square, root, next: shrink * e.p - (rate * mean) / (root + eps) };
        });
        expect(
          mistakes(
            p,
            wanted.map(({ next }) => next),
            2e-6,
          ),
        ).toEqual([]);
        expect(
          mistakes(
            m,
            wanted.map(({ mean }) => mean),
          ),
        ).toEqual([]);
        expect(
          mistakes(
            v,
            wanted.map(({ square }) => square),
          ),
        ).toEqual([]);
        if (largest !== null)
          expect(
            mistakes(
              largest,
              wanted.map(({ root }) => root ** 2),
              2e-6,
            ),
          ).toEqual([]);
      }),
    );
  });

  it('does not look at the parameter without a decay, and keeps NaN in every average', () => {
    const [p, m, v, largest] = [floats([Infinity, 1]), floats([0, NaN]), floats([0, NaN]), floats([0, 1])];
    run(
      'adam',
      [2, 1, 0, 0.9, 0.1, 0.99, 0.01],
      [floats([1, 1]), floats([1]), floats([1]), floats([1]), p, m, v, largest],
    );
    expect([...p]).toEqual([Infinity, NaN]);
    expect(mistakes(m, [0.1, NaN])).toEqual([]);
    expect(mistakes(largest, [0.01, NaN])).toEqual([]);
  });

  it('refuses what does not go together, and writes nothing', () => {
    const [p, one] = [floats([1, 2]), floats([1])];
    const call = (n: number, square: Float32Array) => () =>
      run('adam', [n, 1, 0, 0.9, 0.1, 0.99, 0.01], [p, one, one, one, p, p, square]);
    expect(call(2, one)).toThrow('adam: an array is missing, too short or of another type');
    expect(call(-1, p)).toThrow('adam: its numbers are not those of this kernel');
    expect(call(0.5, p)).toThrow('adam: its numbers are not those of this kernel');
    expect([...p]).toEqual([1, 2]);
  });
});

describe('sgd', () => {
  it('computes what its formulas say', () => {
    const [rate, decay, momentum, keep, enter] = [0.125, 0.5, 0.75, 0.625, 0.375];
    fc.assert(
      fc.property(elements, fc.boolean(), (given, nesterov) => {
        const g = floats(given.map((e) => e.g));
        const plain = floats(given.map((e) => e.p));
        run('sgd', [g.length, 1, decay], [g, floats([rate]), plain]);
        const slopes = given.map((e) => e.g + decay * e.p);
        expect(
          mistakes(
            plain,
            given.map((e, i) => e.p - rate * slopes[i]!),
          ),
        ).toEqual([]);
        const [p, b] = [floats(given.map((e) => e.p)), floats(given.map((e) => e.m))];
        const numbers = [p.length, 1, decay, momentum, keep, enter, nesterov ? 1 : 0];
        run('sgdMomentum', numbers, [g, floats([rate]), p, b]);
        const buffers = given.map((e, i) => keep * e.m + enter * slopes[i]!);
        const next = given.map((e, i) => {
          const direction = nesterov ? slopes[i]! + momentum * buffers[i]! : buffers[i]!;
          return e.p - rate * direction;
        });
        expect(mistakes(b, buffers, 2e-6)).toEqual([]);
        expect(mistakes(p, next, 2e-6)).toEqual([]);
      }),
    );
  });

  it('does not look at a buffer that is none yet', () => {
    const [p, b] = [floats([1]), floats([NaN])];
    run('sgdMomentum', [1, 1, 0, 0.9, 0, 1, 0], [floats([2]), floats([0.5]), p, b]);
    expect([p[0], b[0]]).toEqual([0, 2]);
  });
});

describe('norm', () => {
  const normOf = (x: Float32Array, type: number) => {
    const y = floats([0]);
    run('norm', [x.length, type], [x, y]);
    return y[0]!;
  };

  it('is exact but for its rounding', () => {
    fc.assert(
      fc.property(fc.array(number, { maxLength: 70 }), (values) => {
        const x = floats(values);
        const sizes = values.map(Math.abs);
        expect(normOf(x, 1)).toBe(Math.fround(sizes.reduce((a, b) => a + b, 0)));
        expect(normOf(x, 0)).toBe(Math.fround(Math.max(0, ...sizes)));
        const squares = sizes.reduce((a, b) => a + b * b, 0);
        expect(mistakes([normOf(x, 2)], [Math.sqrt(squares)], 1e-7)).toEqual([]);
      }),
    );
  });

  it('keeps NaN, wherever it is, and squares what float32 could not', () => {
    for (const at of [0, 5, 9999, 10_000]) {
      const x = new Float32Array(10_001).fill(1);
      x[at] = NaN;
      for (const type of [0, 1, 2]) expect(normOf(x, type)).toBeNaN();
    }
    expect(normOf(floats([3e30, 4e30]), 2)).toBe(Math.fround(5e30));
    expect(normOf(floats([1, -Infinity]), 2)).toBe(Infinity);
    expect(normOf(floats([]), 2)).toBe(0);
  });
});

it('has the same bits on any number of threads and every instruction set', async () => {
  await expectSameBits(
    [0, 1, 17, 1003, 100_001].flatMap((n) => [
      { kernel: 'adam', numbers: [n, 1, 0.1, 0.9, 0.1, 0.99, 0.01], arrays: [n, 1, 1, 1, n, n, n, null] },
      { kernel: 'adam', numbers: [n, -1, 0, 0.3, 0.7, 0.99, 0.01], arrays: [n, 1, 1, 1, n, n, n, n] },
      { kernel: 'sgd', numbers: [n, 1, 0.1], arrays: [n, 1, n] },
      { kernel: 'sgdMomentum', numbers: [n, 1, 0.1, 0.9, 0.9, 0.5, 1], arrays: [n, 1, n, n] },
      ...[0, 1, 2].map((type) => ({ kernel: 'norm', numbers: [n, type], arrays: [n, 1] })),
    ]),
  );
});

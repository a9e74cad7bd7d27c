import fc from 'fast-check';
import { beforeAll, expect, it } from 'vitest';
import { draws } from '../../fixtures/draws.js';
import { loadAddon } from '../backend/addon.js';
import { addonPath } from '../build/addon-path.js';

let addon: ReturnType<typeof loadAddon>;

beforeAll(async () => {
  addon = loadAddon(await addonPath());
});

const ELEMENTWISE =
  'relu relu6 elu selu sigmoid tanh softplus exp expm1 log log1p erf sqrt rsqrt square abs neg sign reciprocal ' +
  'floor ceil round leakyReLU step clip cast fill range select addN isNan isInf isFinite logicalNot';
const BROADCAST =
  'add subtract multiply divide maximum minimum squaredDifference parametricReLU eluGradient floorDivide mod ' +
  'power equal notEqual greater greaterEqual less lessEqual logicalAnd logicalOr';
const OTHERS =
  'copyStrided sum mean prod max min all any argMax argMin gather gatherNd scatterNd segmentSum oneHot ' +
  'cumulativeSum';

/** Small sizes for the most part, so that some calls run; and numbers that are no sizes. */
const number = fc.oneof(
  { weight: 20, arbitrary: fc.integer({ min: 0, max: 4 }) },
  { weight: 4, arbitrary: fc.integer({ min: -4, max: 40 }) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      0.5,
      Number.NaN,
      Number.POSITIVE_INFINITY,
      2 ** 31,
      2 ** 32,
      2 ** 52,
      2 ** 53,
      -(2 ** 53),
    ),
  },
);

const step = fc.integer({ min: 0, max: 1 });
/** Numbers of any kernel, and those that look like a broadcast. */
const numbersOf = fc.oneof(
  fc.array(number, { maxLength: 14 }),
  fc
    .array(fc.tuple(fc.nat({ max: 5 }), step, step), { minLength: 1, maxLength: 3 })
    .map((dimensions) => [dimensions.length, ...dimensions.flat()]),
);

const MARGIN = 64;
const CANARY = 0x5a;

type ArrayType = 'float32' | 'int32' | 'bytes';

/** Types of arrays that some kernels take, and any. */
const types: fc.Arbitrary<ArrayType[]> = fc.oneof(
  fc.constantFrom<ArrayType[]>(
    ['float32', 'float32', 'float32', 'float32'],
    ['float32', 'float32', 'bytes'],
    ['float32', 'float32', 'int32'],
    ['bytes', 'bytes', 'bytes'],
    ['float32', 'int32', 'float32'],
    ['int32', 'float32', 'float32'],
    ['int32', 'float32'],
    ['bytes', 'float32', 'float32', 'float32'],
  ),
  fc.array(fc.constantFrom<ArrayType[]>('float32', 'int32', 'bytes'), { maxLength: 4 }),
);

const array = fc.record({
  length: fc.oneof(fc.constant(64), fc.nat({ max: 20 })),
  fill: fc.integer({ min: -1, max: 4 }),
});

/** An array between margins, which say whether it was left. */
function guarded(type: ArrayType, { length, fill }: { length: number; fill: number }) {
  const width = type === 'bytes' ? 1 : 4;
  const memory = new Uint8Array(2 * MARGIN + length * width).fill(CANARY);
  const view = { float32: Float32Array, int32: Int32Array, bytes: Uint8Array }[type];
  const values = new view(memory.buffer, MARGIN, length);
  values.forEach((_value, i) => {
    values[i] = (i + fill) % 5;
  });
  return {
    values,
    isIntact: () =>
      memory.subarray(0, MARGIN).every((byte) => byte === CANARY) &&
      memory.subarray(MARGIN + length * width).every((byte) => byte === CANARY),
  };
}

it.each(`${ELEMENTWISE} ${BROADCAST} ${OTHERS}`.split(' '))(
  'never leaves the arrays of %s, whatever its numbers are',
  (kernel) => {
    const run = addon.kernels.get(kernel);
    let ran = 0;
    fc.assert(
      fc.property(
        numbersOf,
        types,
        fc.array(array, { minLength: 4, maxLength: 4 }),
        (numbers, typesOfArrays, arrays) => {
          const made = typesOfArrays.map((type, i) => guarded(type, arrays[i] ?? { length: 0, fill: 0 }));
          addon.numbers.set(numbers);
          try {
            run?.(numbers.length, ...made.map(({ values }) => values));
            ran += 1;
          } catch (error) {
            expect(String(error)).toMatch(/its numbers|an array|the index value/);
          }
          expect(made.every(({ isIntact }) => isIntact())).toBe(true);
        },
      ),
      { numRuns: draws(2000) },
    );
    expect(ran).toBeGreaterThan(0);
  },
);

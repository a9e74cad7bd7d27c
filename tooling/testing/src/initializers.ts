import * as tf from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { describeBackends } from './backends.js';
import { expectNoLeak } from './leaks.js';

/**
 * The source of an initializer's random numbers: a `Generator` of `@trainkit/random`, or another
 * with a state.
 */
interface TestedGenerator {
  stateDict(): unknown;
}

/** The generator that is drawn from where none is given. */
interface DefaultGenerator<State> {
  manualSeed(seed: number): unknown;
  stateDict(): State;
  loadStateDict(state: State): unknown;
}

/** A random initializer with its options, and the moments that its documentation states. */
export interface InitializerCase<Generator extends TestedGenerator, State> {
  /** Draws a tensor of the shape, by default from the default generator. */
  draw: (shape: number[], generator?: Generator) => tf.Tensor;
  /** Creates a generator. */
  generator: (seed: number | bigint) => Generator;
  /** The generator that is drawn from where none is given. */
  defaultGenerator: DefaultGenerator<State>;
  /**
   * The shapes whose moments are measured, each of at least 10,000 elements, so that the errors are
   * small.
   */
  shapes: readonly number[][];
  /** The stated mean, default 0. */
  mean?: number | undefined;
  /** The stated variance for a shape. */
  variance: (shape: number[]) => number;
  /**
   * Fourth standardized moment, for the error of a measured variance: 1.8 for uniform, 3 for
   * normal.
   */
  kurtosis: number;
  /** The stated range for a shape. Default none. */
  range?: ((shape: number[]) => [low: number, high: number]) | undefined;
}

/**
 * The tolerance in standard errors. Seeds are fixed, so the tests are deterministic; one seed in
 * two million would exceed five standard errors.
 */
const SIGMAS = 5;
const SEEDS = [0, 1, 2n ** 40n + 3n];
/** The shape of a small weight, for laws that measure no moments. */
const SMALL = [6, 5];

/**
 * Runs the laws of every random initializer on every backend.
 *
 * - A tensor has the shape, is float32, and has the stated mean, variance and range.
 * - A seed, 0 included, always gives the same tensor; another seed gives another. The generator
 *   advances, except for a shape without elements. Without a generator the default one is used.
 * - One tensor is created, and none if the shape is rejected.
 *
 * @example
 * ```text
 * describeInitializer('uniform', {
 *   draw: (shape, generator) => uniform(shape, { low: -1, high: 3, generator }),
 *   generator: (seed) => new Generator(seed),
 *   defaultGenerator,
 *   shapes: [[300, 200]],
 *   mean: 1,
 *   variance: () => 16 / 12,
 *   range: () => [-1, 3],
 *   kurtosis: 1.8,
 * });
 * ```
 */
export function describeInitializer<Generator extends TestedGenerator, State>(
  title: string,
  row: InitializerCase<Generator, State>,
): void {
  const { draw, generator: make, defaultGenerator, shapes, mean = 0, variance, kurtosis, range } = row;
  describeBackends(`the initializer ${title}`, () => {
    it.each([...shapes])(
      'has its shape, float32, the stated mean, variance and range: [%i, %i, …]',
      (...shape) => {
        for (const seed of SEEDS) {
          const tensor = draw(shape, make(seed));
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

    it('gives the same weights for the same seed, 0 included, and others for another seed', () => {
      const [zero, again, one] = [0, 0, 1].map((seed) => read(draw(SMALL, make(seed))));
      expect(again).toEqual(zero);
      expect(one).not.toEqual(zero);
    });

    it('advances its generator', () => {
      const generator = make(0);
      expect(read(draw(SMALL, generator))).not.toEqual(read(draw(SMALL, generator)));
    });

    it('uses the default generator by default', () => {
      const before = defaultGenerator.stateDict();
      defaultGenerator.manualSeed(3);
      const values = read(draw(SMALL));
      defaultGenerator.loadStateDict(before);
      expect(values).toEqual(read(draw(SMALL, make(3))));
    });

    it.each([[[0, 5]], [[0, 0]]])('draws nothing for the shape %j', (shape) => {
      const generator = make(0);
      const tensor = draw(shape, generator);
      expect(tensor.shape).toEqual(shape);
      tensor.dispose();
      expect(generator.stateDict()).toEqual(make(0).stateDict());
    });

    it('creates one tensor, and none for a shape that it rejects', async () => {
      const before = tf.memory().numTensors;
      const tensor = draw(SMALL, make(0));
      expect(tf.memory().numTensors).toBe(before + 1);
      tensor.dispose();
      await expectNoLeak(() => {
        expect(() => draw([6, -5])).toThrow('-5');
      });
    });
  });
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

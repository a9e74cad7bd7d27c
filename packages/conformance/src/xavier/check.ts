import { Tensor } from '@tensorflow/tfjs-core';
import { type Finding, finding } from '../diagnosis/finding.js';
import { once } from '../diagnosis/observation.js';
import type { MistakeName } from '../mistakes.js';
import { type CheckResult, type PartReport, partReport, type Warning } from '../report.js';
import { leftBehind } from '../subject/left-behind.js';
import { disposingCreated } from '../subject/tensor-scope.js';
import { FORMULAS } from './formulas.js';
import { meanTolerance, type Sample, sampleOf, varianceTolerance } from './sample.js';
import { unawaited, xavierSubject } from './subject.js';

/** The input size of most checks: fanIn, fanOut and their mean are far apart. */
const FAN_IN = 300;
const FAN_OUT = 100;
/** Further sizes, one with the larger fanOut, for the dependence of the variance on the size. */
const SMALLER = [90, 60] as const;
const WIDER = [40, 250] as const;

/**
 * The excess, in squared standard deviations, up to which a formula counts as fitting as well as
 * the best one.
 */
const CLOSE = 16;

/**
 * A kurtosis between the 1.8 of a uniform distribution and the 3 of a normal one; a truncated
 * normal has 2.36.
 */
const FLAT = 2.1;

/**
 * Checks any Xavier (Glorot) initialization, uniform or normal: the shape, the mean, the variance,
 * the bound, new numbers in each call.
 *
 * The checks are statistical, with bounds of six standard deviations: a right initialization fails
 * once in 500 million runs.
 *
 * @param subject `xavier(fanIn, fanOut)` that returns a weight of shape `[fanIn, fanOut]`; or a
 *   function that takes `[fanIn, fanOut]`, or a layer
 *   `{ inFeatures, outFeatures, weight, bias }` whose `weight` it assigns
 * @returns a result for each check; the check never throws and leaves no tensor behind, whatever
 *   the checked code does
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs';
 * import { checkXavier } from '@trainkit/conformance';
 *
 * const { glorotNormal } = tf.initializers;
 * const report = checkXavier((fanIn: number, fanOut: number) => glorotNormal({}).apply([fanIn, fanOut]));
 * console.log(report.mistakes); // → [ 'truncated-without-correction' ]
 * ```
 */
export function checkXavier(subject: unknown): PartReport {
  const { results, warnings } = disposingCreated(() => ({
    results: checks(subject),
    warnings: warningsOf(subject),
  }));
  return partReport('xavier', results, warnings);
}

/** Warns of tensors that a draw leaves behind. */
function warningsOf(subject: unknown): Warning[] {
  if (typeof subject !== 'function') return [];
  return leftBehind('xavier', () => {
    const weight = unawaited(Reflect.apply(subject, undefined, [FAN_IN, FAN_OUT]));
    return weight instanceof Tensor ? [weight] : [];
  });
}

function checks(subject: unknown): CheckResult[] {
  const draw = once(() => xavierSubject(subject));
  const weights = once(() => draw()(FAN_IN, FAN_OUT));
  const sample = once(() => sampleOf(weights().numbers));
  const smaller = once(() => sampleOf(draw()(...SMALLER).numbers));
  const wider = once(() => sampleOf(draw()(...WIDER).numbers));
  const repeats = once(() => {
    const { numbers, shape } = weights();
    // NaN and a constant have mistakes of their own.
    return !(sample().variance > 0) ? null : repetition(numbers, shape[1] ?? 1);
  });
  /** A single name is the mistake; several names are candidates. */
  const orRepeats = (name: () => MistakeName[]): Pick<Finding, 'mistakes' | 'candidates'> => {
    const names: MistakeName[] = repeats() === null ? name() : ['rows-repeat'];
    return names.length > 1 ? { candidates: names } : { mistakes: names };
  };
  const nameSize = () =>
    nameVariance([
      [sample(), FAN_IN, FAN_OUT],
      [smaller(), ...SMALLER],
      [wider(), ...WIDER],
    ]);
  const wanted = 2 / (FAN_IN + FAN_OUT);
  const bound = Math.sqrt(3 * wanted);

  return [
    finding('shape', `[fanIn, fanOut] = [${FAN_IN}, ${FAN_OUT}]`, () => {
      const { shape } = weights();
      return {
        passed: shape[0] === FAN_IN,
        received: `[${shape.join(', ')}]`,
        mistakes: ['transposed-weights'],
      };
    }),
    finding('mean', `0 ± ${number(meanTolerance(FAN_IN * FAN_OUT) * Math.sqrt(wanted))}`, () => {
      const { mean, variance } = sample();
      const centered =
        Math.abs(mean) <= meanTolerance(sample().count) * Math.sqrt(Math.max(variance, wanted));
      return { passed: centered, received: number(mean), ...orRepeats(() => nameMean(sample())) };
    }),
    finding('variance', `2 / (fanIn + fanOut) = ${number(wanted)}`, () => ({
      passed: alike(sample(), wanted),
      received: number(sample().variance),
      ...orRepeats(nameSize),
    })),
    finding(
      'variance of another size',
      `2 / (fanIn + fanOut) = ${number(2 / (SMALLER[0] + SMALLER[1]))}`,
      () => ({
        passed: alike(smaller(), 2 / (SMALLER[0] + SMALLER[1])),
        received: number(smaller().variance),
        ...orRepeats(nameSize),
      }),
    ),
    finding('largest weight', `at most ${number(bound)} if the distribution is uniform`, () => {
      const { largest, kurtosis } = sample();
      const within = !(kurtosis < FLAT) || largest <= bound * (1 + 1e-6);
      return { passed: within, received: number(largest), ...orRepeats(nameSize) };
    }),
    finding('a draw for each weight', 'no two rows and no two columns alike, and few numbers twice', () => {
      const received = repeats();
      if (received !== null) return { passed: false, received, mistakes: ['rows-repeat'] };
      const { numbers } = weights();
      const distinct = new Set(numbers).size;
      // Among 30,000 draws of 24 bits, about 27 are repetitions.
      const areFew = sample().variance > 0 && distinct < numbers.length / 2;
      return {
        passed: !areFew,
        received: areFew ? `${distinct} different numbers in ${numbers.length} weights` : 'the same',
        mistakes: ['too-few-draws'],
      };
    }),
    finding('other weights each time', 'two calls that give different weights', () => {
      const again = draw()(FAN_IN, FAN_OUT);
      const same = weights().numbers.every((value, i) => value === again.numbers[i]);
      const constant = sample().variance === 0;
      return {
        passed: !same,
        received: same ? 'the same weights' : 'different ones',
        mistakes: [constant ? 'constant-weights' : 'same-weights-each-time'],
      };
    }),
  ];
}

/** The lines of a matrix that occur more than once, rows or columns; null if neither do. */
function repetition(numbers: readonly number[], columns: number): string | null {
  const rows = Array.from({ length: numbers.length / columns }, (_, i) =>
    numbers.slice(i * columns, (i + 1) * columns),
  );
  const transposed = Array.from({ length: columns }, (_, j) => rows.map((row) => row[j]));
  for (const [name, lines] of [
    ['rows', rows],
    ['columns', transposed],
  ] as const) {
    const distinct = new Set(lines.map((line) => line.join())).size;
    if (distinct === 1) return `${name} that are all alike`;
    if (distinct < lines.length) return `${distinct} different ${name} of ${lines.length}`;
  }
  return null;
}

function alike(sample: Sample, variance: number): boolean {
  return Math.abs(sample.variance / variance - 1) <= varianceTolerance(sample);
}

function nameMean(sample: Sample): MistakeName[] {
  if (!Number.isFinite(sample.mean)) return ['weights-not-numbers'];
  return [sample.variance === 0 ? 'constant-weights' : 'not-centered'];
}

/** The mistakes that give these variances; none if no known mistake does. */
function nameVariance(drawn: readonly (readonly [Sample, fanIn: number, fanOut: number])[]): MistakeName[] {
  const samples = drawn.map(([sample]) => sample);
  const [first] = samples;
  if (first === undefined) return [];
  if (samples.some(({ variance }) => !Number.isFinite(variance))) return ['weights-not-numbers'];
  if (first.variance === 0) return ['constant-weights'];
  if (Math.abs(first.mean) > meanTolerance(first.count) * Math.sqrt(first.variance)) return ['not-centered'];
  const distribution = first.kurtosis < FLAT ? 'uniform' : 'normal';
  // A gain changes the variance of all sizes by the same factor.
  const ratios = drawn.map(([{ variance }, fanIn, fanOut]) => (variance * (fanIn + fanOut)) / 2);
  const fitting = FORMULAS.filter(
    (formula) =>
      (formula.distribution ?? distribution) === distribution &&
      drawn.every(([sample, fanIn, fanOut]) => alike(sample, formula.variance(fanIn, fanOut))),
  );
  const misfits = fitting.map(({ variance }) =>
    drawn.reduce((sum, [sample, fanIn, fanOut]) => {
      const off = sample.variance / variance(fanIn, fanOut) - 1;
      return sum + (off * off * sample.count) / (sample.kurtosis - 1);
    }, 0),
  );
  const close = fitting.filter((_, i) => misfits[i]! <= Math.min(...misfits) + CLOSE);
  if (close.length > 0) return [...new Set(close.map(({ mistake }) => mistake))];
  const isConstant = (values: readonly number[]) =>
    values.every((value, i) => Math.abs(value / values[0]! - 1) <= varianceTolerance(samples[i]!) * 1.5);
  if (isConstant(samples.map(({ variance }) => variance))) return ['size-ignored'];
  return [isConstant(ratios) ? 'wrong-gain' : 'wrong-dependence-on-size'];
}

function number(value: number): string {
  return String(Number(value.toPrecision(3)));
}

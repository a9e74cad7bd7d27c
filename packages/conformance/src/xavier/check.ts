import { finding } from '../diagnosis/finding.js';
import { once } from '../diagnosis/observation.js';
import type { MistakeName } from '../mistakes.js';
import { type CheckResult, type PartReport, partReport } from '../report.js';
import { disposingCreated } from '../subject/tensor-scope.js';
import { meanTolerance, type Sample, sampleOf, varianceTolerance } from './sample.js';
import { xavierSubject } from './subject.js';

/** The layer of most checks: fanIn, fanOut and their mean are far apart. */
const FAN_IN = 300;
const FAN_OUT = 100;
/** Another, for what does not depend on the size. */
const SMALLER = [90, 60] as const;

/** What is left of the variance of a normal distribution that is cut off at two standard deviations. */
const TRUNCATED = 0.7737;

/** Between the 1.8 of a uniform distribution and the 3 of a normal one; a truncated one has 2.36. */
const FLAT = 2.1;

/**
 * Checks anyone's Xavier (Glorot) initialization, uniform or normal: the shape, the mean, the variance, the bound, fresh numbers.
 *
 * Statistical, with bounds of six standard deviations: a right one fails once in 500 million runs.
 *
 * @param subject `xavier(fanIn, fanOut)` that returns a weight of shape `[fanIn, fanOut]`; or a function that takes
 *   `[fanIn, fanOut]`, or a layer `{ inFeatures, outFeatures, weight, bias }` whose `weight` it assigns
 * @returns a result for each check; whatever the checked code does, nothing is thrown and no tensor is left over
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
  return partReport(
    'xavier',
    disposingCreated(() => checks(subject)),
  );
}

function checks(subject: unknown): CheckResult[] {
  const draw = once(() => xavierSubject(subject));
  const weights = once(() => draw()(FAN_IN, FAN_OUT));
  const sample = once(() => sampleOf(weights().numbers));
  const smaller = once(() => sampleOf(draw()(...SMALLER).numbers));
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
      return { passed: centered, received: number(mean), mistakes: nameMean(sample()) };
    }),
    finding('variance', `2 / (fanIn + fanOut) = ${number(wanted)}`, () => ({
      passed: alike(sample(), wanted),
      received: number(sample().variance),
      mistakes: nameVariance(sample(), smaller()),
    })),
    finding(
      'variance of another size',
      `2 / (fanIn + fanOut) = ${number(2 / (SMALLER[0] + SMALLER[1]))}`,
      () => ({
        passed: alike(smaller(), 2 / (SMALLER[0] + SMALLER[1])),
        received: number(smaller().variance),
        mistakes: nameVariance(sample(), smaller()),
      }),
    ),
    finding('largest weight', `at most ${number(bound)} if the distribution is uniform`, () => {
      const { largest, kurtosis } = sample();
      const within = !(kurtosis < FLAT) || largest <= bound * (1 + 1e-6);
      return { passed: within, received: number(largest), mistakes: nameVariance(sample(), smaller()) };
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

function alike(sample: Sample, variance: number): boolean {
  return Math.abs(sample.variance / variance - 1) <= varianceTolerance(sample);
}

function nameMean(sample: Sample): MistakeName[] {
  return [sample.variance === 0 ? 'constant-weights' : 'not-centered'];
}

/** What gives this variance; none where nothing known does. */
function nameVariance(sample: Sample, smaller: Sample): MistakeName[] {
  if (sample.variance === 0) return ['constant-weights'];
  if (Math.abs(sample.mean) > meanTolerance(sample.count) * Math.sqrt(sample.variance))
    return ['not-centered'];
  const wanted = 2 / (FAN_IN + FAN_OUT);
  const known: readonly [MistakeName, number][] = [
    ['fan-in-only', 1 / FAN_IN],
    ['fan-out-only', 1 / FAN_OUT],
    ['kaiming-variance', 2 / FAN_IN],
    ['standard-deviation-as-bound', wanted / 3],
    ['variance-as-standard-deviation', wanted ** 2],
    ['truncated-without-correction', wanted * TRUNCATED],
  ];
  const names = known.flatMap(([name, variance]) => (alike(sample, variance) ? [name] : []));
  if (names.length > 0) return names;
  const unchanging = Math.abs(sample.variance / smaller.variance - 1) <= varianceTolerance(smaller) * 1.5;
  return unchanging ? ['size-ignored'] : [];
}

function number(value: number): string {
  return String(Number(value.toPrecision(3)));
}

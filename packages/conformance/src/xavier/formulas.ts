import type { MistakeName } from '../mistakes.js';

/** The distribution that weights seem to have. */
type Distribution = 'uniform' | 'normal';

/** A slip in the formula, and the variance that it gives. */
interface Formula {
  readonly mistake: MistakeName;
  /** The distribution that the formula is written for; either where absent. */
  readonly distribution?: Distribution;
  variance(fanIn: number, fanOut: number): number;
}

/** The variance of U(−bound, bound). */
const bounded = (bound: number) => bound ** 2 / 3;

/**
 * The share of the variance that remains if a normal distribution is cut off at two standard
 * deviations.
 */
const TRUNCATED = 0.7737;

const xavier = (i: number, o: number) => 2 / (i + o);

/** Common gains: 5/3 for tanh, √2 for relu, and the factors of the exercise. */
const GAINS = [5 / 3, Math.SQRT2, 0.1, 10];

/**
 * Gains as formulas, tried last: other mistakes give the same numbers for a reason of their own.
 */
const gains = GAINS.map(
  (gain): Formula => ({ mistake: 'wrong-gain', variance: (i, o) => gain ** 2 * xavier(i, o) }),
);

/**
 * Slips in the formula of Xavier initialization; the commoner of two that give the same variance
 * comes first.
 */
export const FORMULAS: readonly Formula[] = [
  // Uniform: the bound is √(6 / (fanIn + fanOut)).
  ...(
    [
      ['standard-deviation-as-bound', (i, o) => Math.sqrt(2 / (i + o))],
      ['xavier-root-missing', (i, o) => 6 / (i + o)],
      ['xavier-root-missing', (i, o) => 2 / (i + o)],
      ['xavier-root-of-a-part', (i, o) => Math.sqrt(6) / (i + o)],
      ['xavier-root-of-a-part', (i, o) => 6 / Math.sqrt(i + o)],
      ['xavier-root-of-a-part', (i, o) => Math.sqrt(6) / Math.sqrt(i) + o],
      ['xavier-root-of-a-part', (i, o) => Math.sqrt(6 / i) + o],
      ['power-precedence', (i, o) => 3 / (i + o)],
      ['xavier-factor-missing', (i, o) => Math.sqrt(3 / (i + o))],
      ['xavier-factor-missing', (i, o) => Math.sqrt(1 / (i + o))],
      ['xavier-half-range', (i, o) => Math.sqrt(6 / (i + o)) / 2],
      ['xavier-precedence', (i, o) => Math.sqrt(6 / i + o)],
      ['xavier-precedence', (i, o) => 6 / i + o],
      ['fan-in-only', (i) => Math.sqrt(1 / i)],
      ['fan-out-only', (_, o) => Math.sqrt(1 / o)],
      ['kaiming-variance', (i) => Math.sqrt(6 / i)],
      ['fan-out-only', (_, o) => Math.sqrt(6 / o)],
      ['fan-in-only', (i) => Math.sqrt(2 / i)],
      ['fan-out-only', (_, o) => Math.sqrt(2 / o)],
      ['fans-multiplied', (i, o) => Math.sqrt(6 / (i * o))],
      ['fans-subtracted', (i, o) => Math.sqrt(6 / Math.abs(i - o))],
      ['quotient-reversed', (i, o) => Math.sqrt((i + o) / 6)],
      ['xavier-root-of-a-part', (i, o) => Math.sqrt(6 * (i + o))],
      ['xavier-root-of-a-part', (i, o) => Math.sqrt(6) / (Math.sqrt(i) + Math.sqrt(o))],
      ['xavier-root-of-a-part', (i, o) => Math.sqrt(6 / i) + Math.sqrt(6 / o)],
      ['xavier-root-of-a-part', (i, o) => Math.sqrt(6) / Math.sqrt(i) + Math.sqrt(o)],
      ['xavier-root-missing', (i, o) => (6 / (i + o)) ** 2],
    ] satisfies [MistakeName, (i: number, o: number) => number][]
  ).map(
    ([mistake, bound]): Formula => ({
      mistake,
      distribution: 'uniform',
      variance: (i, o) => bounded(bound(i, o)),
    }),
  ),
  // Normal: the standard deviation is √(2 / (fanIn + fanOut)).
  ...(
    [
      ['variance-as-standard-deviation', (i, o) => 2 / (i + o)],
      ['bound-as-standard-deviation', (i, o) => Math.sqrt(6 / (i + o))],
      ['xavier-root-missing', (i, o) => 6 / (i + o)],
      ['xavier-root-of-a-part', (i, o) => Math.SQRT2 / (i + o)],
      ['wrong-gain', (i, o) => Math.SQRT2 * Math.sqrt(2 / (i + o))],
      ['xavier-root-of-a-part', (i, o) => 2 / Math.sqrt(i + o)],
      ['xavier-root-of-a-part', (i, o) => Math.sqrt(2 / i) + o],
      ['xavier-factor-missing', (i, o) => Math.sqrt(1 / (i + o))],
      ['power-precedence', (i, o) => 1 / (i + o)],
      ['xavier-factor-missing', (i, o) => 1 / (i + o)],
      ['xavier-root-of-a-part', (i, o) => Math.SQRT2 / (Math.sqrt(i) + Math.sqrt(o))],
      ['xavier-root-of-a-part', (i, o) => Math.sqrt(2 / i) + Math.sqrt(2 / o)],
      ['xavier-root-missing', (i, o) => (2 / (i + o)) ** 2],
      ['xavier-precedence', (i, o) => Math.sqrt(2 / i + o)],
      ['xavier-precedence', (i, o) => 2 / i + o],
      ['fan-in-only', (i) => Math.sqrt(1 / i)],
      ['fan-out-only', (_, o) => Math.sqrt(1 / o)],
      ['kaiming-variance', (i) => Math.sqrt(2 / i)],
      ['fan-out-only', (_, o) => Math.sqrt(2 / o)],
      ['fans-multiplied', (i, o) => Math.sqrt(2 / (i * o))],
      ['fans-subtracted', (i, o) => Math.sqrt(2 / Math.abs(i - o))],
      ['quotient-reversed', (i, o) => Math.sqrt((i + o) / 2)],
      ['truncated-without-correction', (i, o) => Math.sqrt(TRUNCATED * xavier(i, o))],
    ] satisfies [MistakeName, (i: number, o: number) => number][]
  ).map(
    ([mistake, deviation]): Formula => ({
      mistake,
      distribution: 'normal',
      variance: (i, o) => deviation(i, o) ** 2,
    }),
  ),
  // Either distribution: the dependence of the variance.
  { mistake: 'fan-in-only', variance: (i) => 1 / i },
  { mistake: 'fan-out-only', variance: (_, o) => 1 / o },
  { mistake: 'kaiming-variance', variance: (i) => 2 / i },
  { mistake: 'fan-out-only', variance: (_, o) => 2 / o },
  { mistake: 'xavier-factor-missing', variance: (i, o) => 1 / (i + o) },
  { mistake: 'truncated-without-correction', variance: (i, o) => TRUNCATED * xavier(i, o) },
  ...gains,
];

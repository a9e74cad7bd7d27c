import { checkOneOf, checkOptions, type OptionNames } from '@trainkit/checks';
import type { Mode } from '../searchers/searcher.js';
import { bootstrapMean, checkValues, meanOf } from './bootstrap.js';
import { normalQuantile } from './normal.js';
import { signFlipTest } from './sign-flip.js';

/** Seeds below which no difference is decided: every interval of fewer is too narrow. */
const FEWEST = 5;

/** Options of {@link comparePaired}. */
export interface ComparePairedOptions {
  /** The direction in which the values are better. Default `'min'`. */
  mode?: Mode | undefined;
  /** The probability with which the interval is to hold the difference. Default 0.95. */
  level?: number | undefined;
}

const COMPARE: OptionNames<ComparePairedOptions> = { mode: true, level: true };

/** The outcome of {@link comparePaired}. */
export interface PairedComparison {
  /** Pairs. */
  readonly n: number;
  /** The mean of the first values minus the second. */
  readonly difference: number;
  /** The lower bound of the difference. */
  readonly low: number;
  /** The upper bound of the difference. */
  readonly high: number;
  /** The p-value of the sign-flip test. */
  readonly pValue: number;
  /** The first values beside the second. */
  readonly verdict: 'better' | 'worse' | 'undecided';
  /**
   * Seeds that would tell about as large a difference in 4 of 5 sweeps; null where it is decided or
   * zero.
   */
  readonly seedsNeeded: number | null;
}

/**
 * Compares two configs by the values of the same seeds, in the same order.
 *
 * A seed pairs weights, batches and masks of both configs, so that their difference varies less
 * than either. It is decided where its BCa interval lies on one side of zero, of five seeds or
 * more. The trap: unpaired tests need several times as many seeds.
 *
 * `seedsNeeded` is the sample size at power 0.8: n = (z₁ + z₂)² s² / d² + z₁² / 2, with the
 * differences' mean d and standard deviation s, z₁ = Φ⁻¹(1 − (1 − level) / 2) and z₂ = Φ⁻¹(0.8).
 *
 * Source: W. Guenther, "Sample Size Formulas for Normal Theory t Tests", The American Statistician
 * 35, 1981.
 *
 * @throws RangeError where the lists have different lengths or fewer than two values
 *
 * @example
 * ```ts
 * import { comparePaired, formatComparison } from '@trainkit/sweep';
 *
 * const layerNorm = [88.1, 88.6, 87.9, 88.4, 88.2];
 * const none = [87.4, 88.1, 87.4, 87.6, 87.7];
 * console.log(formatComparison(comparePaired(layerNorm, none, { mode: 'max' }), { unit: 'points' }));
 * // → better by 0.60 ± 0.12 points over 5 paired seeds
 * ```
 */
export function comparePaired(
  first: readonly number[],
  second: readonly number[],
  options: ComparePairedOptions = {},
): PairedComparison {
  const { mode = 'min', level = 0.95 } = checkOptions('comparePaired', options, COMPARE);
  checkOneOf('comparePaired', 'mode', mode, ['min', 'max']);
  checkValues('comparePaired', 'first', first);
  checkValues('comparePaired', 'second', second);
  if (first.length !== second.length) {
    throw new RangeError(
      `comparePaired: second has ${second.length} values; expected ${first.length}, one for each seed of first.`,
    );
  }
  const differences = first.map((value, i) => value - second[i]!);
  const { n, mean: difference, low, high } = bootstrapMean(differences, { level });
  const isDecided = n >= FEWEST && (low > 0 || high < 0);
  const isBetter = mode === 'min' ? high < 0 : low > 0;
  return {
    n,
    difference,
    low,
    high,
    pValue: signFlipTest(differences),
    verdict: !isDecided ? 'undecided' : isBetter ? 'better' : 'worse',
    seedsNeeded: isDecided ? null : seedsThatTell(differences, level),
  };
}

function seedsThatTell(differences: readonly number[], level: number): number | null {
  const n = differences.length;
  const mean = meanOf(differences);
  const variance = differences.reduce((sum, each) => sum + (each - mean) ** 2, 0) / (n - 1);
  if (mean === 0) return null;
  const z = normalQuantile(1 - (1 - level) / 2);
  const needed = ((z + normalQuantile(0.8)) ** 2 * variance) / mean ** 2 + z ** 2 / 2;
  return Number.isFinite(needed) ? Math.max(Math.ceil(needed), FEWEST, n + 1) : null;
}

/** Options of {@link formatComparison}. */
export interface FormatComparisonOptions {
  /** The unit of the values, such as `'points'`. Default none. */
  unit?: string | undefined;
}

const FORMAT: OptionNames<FormatComparisonOptions> = { unit: true };

/** A comparison as a sentence: "better by 0.6 ± 0.2 points over 5 paired seeds". */
export function formatComparison(
  comparison: PairedComparison,
  options: FormatComparisonOptions = {},
): string {
  const { unit = '' } = checkOptions('formatComparison', options, FORMAT);
  const { n, difference, low, high, verdict, seedsNeeded } = comparison;
  if (verdict === 'undecided') {
    const advice = seedsNeeded === null ? '' : `; about ${seedsNeeded.toLocaleString('en')} would`;
    return `cannot tell with these ${n} seeds${advice}`;
  }
  const half = Math.max(difference - low, high - difference);
  const digits = Math.min(10, Math.max(0, 1 - Math.floor(Math.log10(half || Math.abs(difference)))));
  const number = `${Math.abs(difference).toFixed(digits)} ± ${half.toFixed(digits)}`;
  return `${verdict} by ${number}${unit === '' ? '' : ` ${unit}`} over ${n} paired seeds`;
}

import { checkInteger, checkOptions, type OptionNames } from '@trainkit/checks';
import { Generator } from '@trainkit/random';
import { checkValues } from './bootstrap.js';

/** Differences up to which all signs are enumerated: 65,536 choices. */
const MOST_EXACT = 16;

/** Options of {@link signFlipTest}. */
export interface SignFlipOptions {
  /** Choices of signs, where they are drawn: of 17 differences and more. Default 9999. */
  resamples?: number | undefined;
  /** The seed of the signs. Default 0. */
  seed?: number | undefined;
}

const SIGN_FLIP: OptionNames<SignFlipOptions> = { resamples: true, seed: true };

/**
 * The p-value of the sign-flip test that paired differences have mean zero, two-sided.
 *
 * If neither of two configs is better, each difference could as well have the other sign: the
 * p-value is the fraction of all 2ⁿ choices of signs whose mean is as extreme. Exact up to 16
 * differences; of more, `resamples` choices are drawn. Equals
 * `scipy.stats.permutation_test(permutation_type='samples')`.
 *
 * The trap: of n differences no p-value is below 2¹⁻ⁿ, so that five seeds never reach 0.05.
 *
 * @throws RangeError for fewer than two differences, and for one that is not finite
 *
 * @example
 * ```ts
 * import { signFlipTest } from '@trainkit/sweep';
 *
 * console.log(signFlipTest([0.5, 0.8, 0.6, 0.4, 0.7])); // → 0.0625
 * ```
 */
export function signFlipTest(differences: readonly number[], options: SignFlipOptions = {}): number {
  const { resamples = 9999, seed = 0 } = checkOptions('signFlipTest', options, SIGN_FLIP);
  checkInteger('signFlipTest', 'resamples', resamples, { min: 100, max: 1e7 });
  checkInteger('signFlipTest', 'seed', seed, { max: 0xffff_ffff });
  checkValues('signFlipTest', 'differences', differences);
  const n = differences.length;
  const observed = differences.reduce((a, b) => a + b, 0);
  // Sums of other signs differ in the last digits.
  const tolerance = 1e-14 * differences.reduce((sum, each) => sum + Math.abs(each), 0);
  let [less, greater] = [0, 0];
  const count = (isFlipped: (i: number) => boolean) => {
    let sum = 0;
    for (let i = 0; i < n; i++) sum += isFlipped(i) ? -differences[i]! : differences[i]!;
    if (sum <= observed + tolerance) less++;
    if (sum >= observed - tolerance) greater++;
  };
  if (n <= MOST_EXACT) {
    for (let signs = 0; signs < 2 ** n; signs++) count((i) => ((signs >>> i) & 1) === 1);
    return Math.min(1, (2 * Math.min(less, greater)) / 2 ** n);
  }
  const generator = new Generator(seed);
  for (let k = 0; k < resamples; k++) {
    const words = generator.uint32(n);
    count((i) => words[i]! >= 2 ** 31);
  }
  // The signs as they are count as one choice, so that no p-value is 0.
  return Math.min(1, (2 * (Math.min(less, greater) + 1)) / (resamples + 1));
}

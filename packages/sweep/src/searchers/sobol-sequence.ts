import { checkInteger } from '@trainkit/checks';
import { Generator } from '@trainkit/random';
import { SOBOL_DIRECTIONS } from './sobol-directions.js';

/** Binary digits of a coordinate; a sequence has 2³² points. */
const BITS = 32;

/** Parameters that a Sobol sequence can have. */
export const SOBOL_DIMENSIONS = SOBOL_DIRECTIONS.length + 1;

/**
 * A Sobol sequence: point n by its number, with coordinates in [0, 1).
 *
 * The coordinate of point n is the exclusive or of the direction numbers whose bits are set in the
 * Gray code of n, as in scipy. With a seed, each dimension is scrambled by a random linear map of
 * its digits and a digital shift, which keep what the sequence is for: of the first 2ᵏ points, each
 * interval of length 2⁻ᵏ has one in every dimension.
 *
 * Sources: S. Joe, F. Kuo, "Constructing Sobol sequences with better two-dimensional projections",
 * SIAM J. Sci. Comput. 30, 2008 (their direction numbers new-joe-kuo-6.21201); J. Matoušek, "On the
 * L2-discrepancy for anchored boxes", J. Complexity 14, 1998.
 */
export class SobolSequence {
  readonly #directions: readonly Uint32Array[];
  readonly #shifts: Uint32Array;

  /** @param seed of the scrambling; null for the sequence as it is */
  constructor(dimensions: number, seed: number | null) {
    checkInteger('SobolSequence', 'dimensions', dimensions, { min: 1, max: SOBOL_DIMENSIONS });
    const directions = Array.from({ length: dimensions }, (_, i) => directionsOf(i));
    const generator = seed === null ? null : new Generator(seed);
    this.#directions =
      generator === null ? directions : directions.map((each) => scrambled(each, generator.uint32(BITS)));
    this.#shifts = generator?.uint32(dimensions) ?? new Uint32Array(dimensions);
  }

  /** The coordinates of point `n`, from 0 on. */
  point(n: number): Float64Array {
    const gray = (n ^ (n >>> 1)) >>> 0;
    return Float64Array.from(this.#directions, (directions, dimension) => {
      let x = this.#shifts[dimension]!;
      for (let bit = 0; bit < BITS; bit++) if ((gray >>> bit) & 1) x ^= directions[bit]!;
      return (x >>> 0) * 2 ** -BITS;
    });
  }
}

/** The direction numbers of a dimension, their first digit in the highest bit. */
function directionsOf(dimension: number): Uint32Array {
  const directions = new Uint32Array(BITS);
  const [polynomial, ...initial] = dimension === 0 ? [0] : SOBOL_DIRECTIONS[dimension - 1]!;
  const degree = initial.length;
  for (let k = 0; k < BITS; k++) {
    if (dimension === 0) directions[k] = 2 ** (BITS - 1 - k);
    else if (k < degree) directions[k] = initial[k]! * 2 ** (BITS - 1 - k);
    else {
      let value = directions[k - degree]! ^ (directions[k - degree]! >>> degree);
      for (let i = 1; i < degree; i++) {
        if ((polynomial! >>> (degree - i)) & 1) value ^= directions[k - i]!;
      }
      directions[k] = value;
    }
  }
  return directions;
}

/**
 * Direction numbers times a random lower triangular matrix with ones on the diagonal: a digit
 * becomes itself plus a random choice of the digits before it.
 */
function scrambled(directions: Uint32Array, random: Uint32Array): Uint32Array {
  const rows = Uint32Array.from(random, (word, i) => {
    const own = 2 ** (BITS - 1 - i);
    const before = ~(2 * own - 1);
    return own | (i === 0 ? 0 : word & before);
  });
  return directions.map((direction) => {
    let value = 0;
    rows.forEach((row, i) => {
      if (parity(direction & row)) value |= 2 ** (BITS - 1 - i);
    });
    return value >>> 0;
  });
}

function parity(word: number): boolean {
  let folded = word;
  for (let shift = 16; shift > 0; shift >>= 1) folded ^= folded >>> shift;
  return (folded & 1) === 1;
}

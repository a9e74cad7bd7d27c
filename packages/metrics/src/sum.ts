/** The factor that splits a double into two halves of 26 bits. */
const SPLITTER = 2 ** 27 + 1;

/** A sum in a state: the nearest double, and the remainder. */
export type SumParts = readonly [high: number, low: number];

/**
 * A sum with twice the precision of a double: two doubles, the second of which is the rounding
 * error of the first.
 *
 * So the value does not depend on the order of the terms, and a variance from sums of squares does
 * not suffer from cancellation. A term that is not finite has the same effect as in plain addition.
 *
 * Source: T. J. Dekker, "A floating-point technique for extending the available precision", 1971.
 */
export class Sum {
  #high: number;
  #low: number;

  constructor([high, low]: SumParts = [0, 0]) {
    this.#high = high;
    this.#low = low;
  }

  /** The sum, rounded to a double. */
  get value(): number {
    return this.#high;
  }

  /** Both doubles, for a state. */
  get parts(): SumParts {
    return [this.#high, this.#low];
  }

  /** Adds a number. */
  add(term: number): void {
    const sum = this.#high + term;
    if (!Number.isFinite(sum)) {
      this.#high = sum;
      this.#low = 0;
      return;
    }
    const added = sum - this.#high;
    const low = this.#low + (this.#high - (sum - added) + (term - added));
    this.#high = sum + low;
    this.#low = low - (this.#high - sum);
  }

  /** Adds a · b without rounding the product. */
  addProduct(a: number, b: number): void {
    const product = a * b;
    this.add(product);
    const error = productError(a, b, product);
    // Halves of numbers above 10³⁰⁰ overflow.
    if (Number.isFinite(error)) this.add(error);
  }

  /** Adds factor · sum. */
  addMultiple(factor: number, sum: Sum): void {
    this.addProduct(factor, sum.#high);
    if (sum.#low !== 0) this.addProduct(factor, sum.#low);
  }
}

/** a · b − fl(a · b), exactly. */
function productError(a: number, b: number, product: number): number {
  const scaledA = SPLITTER * a;
  const highA = scaledA - (scaledA - a);
  const lowA = a - highA;
  const scaledB = SPLITTER * b;
  const highB = scaledB - (scaledB - b);
  const lowB = b - highB;
  return lowA * lowB - (product - highA * highB - lowA * highB - highA * lowB);
}

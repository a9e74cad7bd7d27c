/** Numbers that JSON lacks. */
const NUMBERS: Readonly<Record<string, number>> = {
  NaN: Number.NaN,
  Infinity: Number.POSITIVE_INFINITY,
  '-Infinity': Number.NEGATIVE_INFINITY,
  '-0': -0,
};

/** A number that JSON lacks, in JSON. */
export interface JsonNumber {
  $number: string;
}

/** Returns the number itself, or `{"$number": "NaN"}` and the like for a number that JSON lacks. */
export function toJsonNumber(value: number): number | JsonNumber {
  const special = Object.entries(NUMBERS).find(([, number]) => Object.is(number, value));
  return special === undefined ? value : { $number: special[0] };
}

/** Returns the number of a {@link JsonNumber}; undefined for any other value. */
export function fromJsonNumber(name: unknown): number | undefined {
  return typeof name === 'string' && Object.hasOwn(NUMBERS, name) ? NUMBERS[name] : undefined;
}

import { show } from '@trainkit/checks';
import type { MetricState, MetricStateValue } from './metric.js';
import type { SumParts } from './sum.js';

/** The numbers that JSON lacks. */
const NOT_FINITE: ReadonlyMap<unknown, number> = new Map(
  [Number.NaN, Infinity, -Infinity].map((value) => [String(value), value]),
);

/** A number in a state: itself if it is finite, else its name. */
export function saveNumber(value: number): MetricStateValue {
  return Number.isFinite(value) ? value : String(value);
}

/** A sum in a state. */
export function saveSum([high, low]: SumParts): MetricStateValue {
  return [saveNumber(high), saveNumber(low)];
}

/**
 * Reads a state and collects its problems, so that one error names all of them. Read every entry,
 * call `finish`, and only then change the metric. For an entry with a problem, it returns a value
 * that is never used.
 */
export class StateReader {
  readonly #name: string;
  readonly #entries: ReadonlyMap<string, unknown>;
  readonly #problems: string[] = [];

  /**
   * @param name the class of the metric
   * @param state the argument of `loadStateDict`
   * @param keys all entries that a state has
   * @throws TypeError if the state is no plain object
   */
  constructor(name: string, state: MetricState, keys: readonly string[]) {
    this.#name = name;
    const received: unknown = state;
    if (typeof received !== 'object' || received === null || Array.isArray(received)) {
      throw new TypeError(
        `${name}.loadStateDict: state is ${show(received)}; expected { ${keys.join(', ')} }. ` +
          'Pass what stateDict() returned.',
      );
    }
    this.#entries = new Map(Object.entries(received));
    for (const key of keys) if (!this.#entries.has(key)) this.problem(`${key} is missing`);
    for (const key of this.#entries.keys()) if (!keys.includes(key)) this.problem(`${key} is unknown`);
  }

  /** Adds a problem, a part of the error's sentence. */
  problem(text: string): void {
    this.#problems.push(text);
  }

  /** True if there are no problems so far, so that entries can be compared with each other. */
  get fits(): boolean {
    return this.#problems.length === 0;
  }

  /** Reads a whole number of at least 0. */
  count(key: string): number {
    return this.#read(key, 'a count', 0, (value) => (isCount(value) ? value : undefined));
  }

  /** Reads a finite number of at least 0. */
  weight(key: string): SumParts {
    return this.#read<SumParts>(key, 'a sum of weights', [0, 0], (value) => {
      const parts = parseSum(value);
      return parts !== undefined && parts[0] >= 0 && Number.isFinite(parts[0]) ? parts : undefined;
    });
  }

  /** Reads the two doubles of a sum. */
  sum(key: string): SumParts {
    return this.#read<SumParts>(key, 'the two numbers of a sum', [0, 0], parseSum);
  }

  /** Reads a sum for each column. */
  sums(key: string, columns: number): readonly SumParts[] {
    const expectation = `${columns} ${columns === 1 ? 'sum' : 'sums'} of two numbers each`;
    return this.#read<readonly SumParts[]>(key, expectation, [], (value) =>
      parseList(value, parseSum, columns),
    );
  }

  /** Reads a list of numbers. */
  numbers(key: string): readonly number[] {
    return this.#read<readonly number[]>(key, 'a list of numbers', [], (value) =>
      parseList(value, parseNumber),
    );
  }

  /** Reads a list of classes from 0 to `classes` − 1. */
  classes(key: string, classes: number): readonly number[] {
    const parse = (value: unknown) => (isCount(value) && value < classes ? value : undefined);
    const expectation = `a list of classes from 0 to ${classes - 1}`;
    return this.#read<readonly number[]>(key, expectation, [], (value) => parseList(value, parse));
  }

  /** Reads a square matrix of counts. */
  countMatrix(key: string, size: number): readonly (readonly number[])[] {
    const row = (value: unknown) => parseList(value, (count) => (isCount(count) ? count : undefined), size);
    const expectation = `${size} rows of ${size} counts`;
    return this.#read<readonly (readonly number[])[]>(key, expectation, [], (value) =>
      parseList(value, row, size),
    );
  }

  /** Checks that an option equals that of the saved metric. */
  option(key: string, own: number): void {
    this.#read(key, `${own}, the option of this metric`, own, (value) => (value === own ? own : undefined));
  }

  /** Throws one error with all problems, if there are any. */
  finish(): void {
    if (this.fits) return;
    throw new RangeError(
      `${this.#name}.loadStateDict: ${this.#problems.join('; ')}. ` +
        'Nothing was loaded: pass what stateDict() of the same metric returned.',
    );
  }

  #read<T>(key: string, expectation: string, unused: T, parse: (value: unknown) => T | undefined): T {
    if (!this.#entries.has(key)) return unused;
    const value = this.#entries.get(key);
    const parsed = parse(value);
    if (parsed !== undefined) return parsed;
    this.problem(`${key} is ${show(value)}, not ${expectation}`);
    return unused;
  }
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

function parseNumber(value: unknown): number | undefined {
  return typeof value === 'number' ? value : NOT_FINITE.get(value);
}

function parseSum(value: unknown): SumParts | undefined {
  const [high, low] = parseList(value, parseNumber, 2) ?? [];
  if (high === undefined || low === undefined) return undefined;
  // In every pair of Sum, the first number is the nearest double of the sum.
  const isPair = Number.isFinite(high) ? high + low === high : low === 0;
  return isPair ? [high, low] : undefined;
}

function parseList<T>(
  value: unknown,
  parse: (value: unknown) => T | undefined,
  length?: number,
): T[] | undefined {
  if (!Array.isArray(value) || (length !== undefined && value.length !== length)) return undefined;
  const parsed: T[] = [];
  for (const element of value) {
    const each = parse(element);
    if (each === undefined) return undefined;
    parsed.push(each);
  }
  return parsed;
}

import { checkFlag, checkNumber, checkOneOf, expected, type NumberRange } from '@trainkit/checks';
import { type Complete, checkLearningRate, type LearningRate } from './hyperparameters.js';

/** The rule of one option: its default, and the values that it may have. */
export interface OptionRule<Value> {
  /** The value where none is given; undefined for an option that has to be given. */
  readonly initial: Value | undefined;
  /** Throws unless the value is allowed. */
  check(where: string, name: string, value: unknown): void;
}

/** A rule for each option of an optimizer, in the order in which errors and states list them. */
export type OptionTable<Options> = {
  readonly [Name in keyof Options]-?: OptionRule<Exclude<Options[Name], undefined>>;
};

/**
 * Declares the options of an optimizer: the compiler finds one that is missing or too many.
 *
 * @example
 * ```text
 * static readonly options = optionTable<LionOptions>({
 *   learningRate: rate(1e-4),
 *   betas: betas([0.9, 0.99]),
 *   weightDecay: number(0, { min: 0 }),
 *   maximize: flag(),
 * });
 * ```
 */
export function optionTable<Options>(table: OptionTable<Options>): OptionTable<Options> {
  return table;
}

/** A learning rate: a number of at least 0, or a schedule. Without `initial` it has to be given. */
export function rate(initial?: number): OptionRule<LearningRate> {
  return { initial, check: checkLearningRate };
}

/** A finite number in `range`. */
export function number(initial: number, range: NumberRange = {}): OptionRule<number> {
  return { initial, check: (where, name, value) => checkNumber(where, name, value, range) };
}

/** True or false. */
export function flag(initial = false): OptionRule<boolean> {
  return { initial, check: checkFlag };
}

/** One of several texts. */
export function choice<Value extends string>(initial: Value, ...others: Value[]): OptionRule<Value> {
  const all = [initial, ...others];
  return { initial, check: (where, name, value) => checkOneOf(where, name, value, all) };
}

/** As many finite numbers as `initial` has, each in `range`. */
export function numbers<Values extends readonly number[]>(
  initial: Values,
  range: NumberRange = {},
): OptionRule<Values> {
  return {
    initial,
    check: (where, name, value) => {
      if (!Array.isArray(value) || value.length !== initial.length) {
        throw new TypeError(
          expected(where, name, value, `${initial.length} numbers, as in [${initial.join(', ')}]`),
        );
      }
      for (const [i, each] of value.entries()) checkNumber(where, `${name}[${i}]`, each, range);
    },
  };
}

/** The shares of running means that stay, each at least 0 and below 1. */
export function betas(
  initial: readonly [number, number],
): OptionRule<readonly [beta1: number, beta2: number]> {
  const isShare = (beta: unknown) => typeof beta === 'number' && beta >= 0 && beta < 1;
  return {
    initial,
    check: (where, name, value) => {
      if (Array.isArray(value) && value.length === 2 && value.every(isShare)) return;
      throw new RangeError(expected(where, name, value, 'two numbers, each at least 0 and below 1'));
    },
  };
}

/** The rules of any optimizer, as its base class sees them. */
export type AnyOptionTable = Readonly<Record<string, OptionRule<unknown>>>;

/** Returns all options: the given ones, and for the others their defaults. */
export function withDefaults<Options>(table: AnyOptionTable, given: object): Complete<Options> {
  const set = Object.entries(given).filter(([, value]) => value !== undefined);
  const defaults = Object.entries(table).map(([name, { initial }]) => [name, initial] as const);
  // The table is that of these options; the compiler does not follow `fromEntries`.
  return Object.fromEntries([...defaults, ...set]) as Complete<Options>;
}

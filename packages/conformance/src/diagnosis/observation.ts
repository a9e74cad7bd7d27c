import type { MistakeName } from '../mistakes.js';
import type { CheckError } from '../report.js';
import { locationOf, withDeepStacks } from './location.js';

/**
 * The reason why there are no numbers.
 *
 * - `threw`: the code threw.
 * - `missing`: a property or method is missing.
 * - `constant`: no gradient reaches the differentiated tensor.
 */
export type FailureKind = 'threw' | 'missing' | 'constant';

/** A failure in place of numbers, with its reason. */
export class Failure extends Error {
  readonly kind: FailureKind;
  /** A pattern that the message of the real failure must match; set on predicted failures. */
  readonly pattern: RegExp | null;
  /** The location at which the checked code threw, or null. */
  readonly location: string | null;
  /** The mistake that the failure shows by itself, or null. */
  readonly mistake: MistakeName | null;

  constructor(
    kind: FailureKind,
    message: string,
    pattern: RegExp | null = null,
    location: string | null = null,
    mistake: MistakeName | null = null,
  ) {
    super(message);
    this.kind = kind;
    this.pattern = pattern;
    this.location = location;
    this.mistake = mistake;
  }
}

/** The prediction of a model where the result depends on how a mistake is written. */
export const ANYTHING = new Failure('threw', 'anything');

/** The observation of a check: numbers, or the failure to get them. */
export type Observation = readonly number[] | Failure;

/** The observation of each check of a part, by the check's name. */
export type Observations = ReadonlyMap<string, Observation>;

/**
 * Records the observation of one check. An exception from `measure` is recorded as a failure, and
 * the other checks still run.
 */
export type Recorder = (check: string, measure: () => readonly number[]) => void;

/** Collects the observations that `scenario` records. */
export function observe(scenario: (record: Recorder) => void): Map<string, Observation> {
  const seen = new Map<string, Observation>();
  scenario((check, measure) => {
    seen.set(check, attempt(measure));
  });
  return seen;
}

/** Calls `make` the first time only, and returns its result, or throws its error, in every call. */
export function once<T>(make: () => T): () => T {
  let made: T | Failure | undefined;
  return () => {
    made ??= attempt(make);
    if (made instanceof Failure) throw made;
    return made;
  };
}

/**
 * Returns a function that takes `step` once, then reads; if `step` threw, it throws the same error.
 */
export function after<T>(step: () => unknown, read: () => T): () => T {
  return () => {
    step();
    return read();
  };
}

/** Returns the result of `measure`, or the failure that it throws. */
export function attempt<T>(measure: () => T): T | Failure {
  try {
    return withDeepStacks(measure);
  } catch (error) {
    return asFailure(error);
  }
}

/** Converts anything thrown to a failure with a one-line message. */
export function asFailure(error: unknown): Failure {
  if (error instanceof Failure) return error;
  const message = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  // Inputs and outputs have checks of their own, so any other disposed tensor belongs to the state.
  const mistake = /tensor is disposed/i.test(message) ? 'state-disposed' : null;
  return new Failure('threw', message.split('\n', 1)[0] ?? message, null, locationOf(error), mistake);
}

/** A failure that shows its mistake by itself. */
export function mistaken(mistake: MistakeName, message: string): Failure {
  return new Failure('threw', message, null, null, mistake);
}

/** Returns the numbers of an observation, or throws its failure. */
export function numbersOrThrow(seen: Observation): readonly number[] {
  if (seen instanceof Failure) throw seen;
  return seen;
}

/**
 * The error that a report shows for a failure; null for a missing gradient, which is not an error.
 */
export function errorOf(seen: unknown): CheckError | null {
  if (!(seen instanceof Failure) || seen.kind === 'constant') return null;
  return { message: seen.message, location: seen.location };
}

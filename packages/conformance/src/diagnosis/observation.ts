import type { MistakeName } from '../mistakes.js';
import type { CheckError } from '../report.js';
import { locationOf, withDeepStacks } from './location.js';

/**
 * Why there are no numbers.
 *
 * - `threw`: the code threw.
 * - `missing`: a property or method is not there.
 * - `constant`: no gradient reaches what is differentiated.
 */
export type FailureKind = 'threw' | 'missing' | 'constant';

/** Stands where numbers should, and says why there are none. */
export class Failure extends Error {
  readonly kind: FailureKind;
  /** Of a predicted failure: what the message of the real one must contain. */
  readonly pattern: RegExp | null;
  /** Where the checked code threw, or null. */
  readonly location: string | null;
  /** The mistake that the failure itself shows, or null. */
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

/** What a model predicts where it depends on how a mistake is written. */
export const ANYTHING = new Failure('threw', 'anything');

/** What a check saw: numbers, or why there are none. */
export type Observation = readonly number[] | Failure;

/** What each check of a part saw, by the check's name. */
export type Observations = ReadonlyMap<string, Observation>;

/** Notes what one check sees; what `measure` throws is noted as a failure, and the rest goes on. */
export type Recorder = (check: string, measure: () => readonly number[]) => void;

/** Collects what `script` records. */
export function observe(script: (record: Recorder) => void): Map<string, Observation> {
  const seen = new Map<string, Observation>();
  script((check, measure) => {
    seen.set(check, attempt(measure));
  });
  return seen;
}

/** Calls `make` the first time only, and gives or throws the same ever after. */
export function once<T>(make: () => T): () => T {
  let made: T | Failure | undefined;
  return () => {
    made ??= attempt(make);
    if (made instanceof Failure) throw made;
    return made;
  };
}

/** What `read` gives once `step` has been taken; where `step` threw, the same. */
export function after<T>(step: () => unknown, read: () => T): () => T {
  return () => {
    step();
    return read();
  };
}

/** What `measure` returns, or the failure that it throws. */
export function attempt<T>(measure: () => T): T | Failure {
  try {
    return withDeepStacks(measure);
  } catch (error) {
    return asFailure(error);
  }
}

/** Anything thrown, as a failure with a message of one line. */
export function asFailure(error: unknown): Failure {
  if (error instanceof Failure) return error;
  const message = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  // Inputs and outputs are looked at by themselves: what else TensorFlow.js finds disposed is state.
  const mistake = /tensor is disposed/i.test(message) ? 'state-disposed' : null;
  return new Failure('threw', message.split('\n', 1)[0] ?? message, null, locationOf(error), mistake);
}

/** A failure that shows its mistake by itself. */
export function mistaken(mistake: MistakeName, message: string): Failure {
  return new Failure('threw', message, null, null, mistake);
}

/** The numbers of an observation; a failure is thrown. */
export function numbersOrThrow(seen: Observation): readonly number[] {
  if (seen instanceof Failure) throw seen;
  return seen;
}

/** What a report says of a failure; null of one that is no error, a gradient that is not there. */
export function errorOf(seen: unknown): CheckError | null {
  if (!(seen instanceof Failure) || seen.kind === 'constant') return null;
  return { message: seen.message, location: seen.location };
}

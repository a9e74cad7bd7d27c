import { attempt, Failure } from '../diagnosis/observation.js';
import { disposingAll } from './ledger.js';

/** The arguments of a constructor, made of what is essential and the options, which may be left out. */
export type Convention<Essential, Options> = (
  essential: Essential,
  options: Options | undefined,
) => unknown[];

/**
 * The first of several conventions by which `trial` gives finite numbers; else the first by which it does not throw;
 * else the first.
 */
export function settle<C>(conventions: readonly [C, ...C[]], trial: (convention: C) => readonly number[]): C {
  const outcomes = conventions.map((convention) => attempt(() => disposingAll(() => trial(convention))));
  const finite = outcomes.findIndex((seen) => !(seen instanceof Failure) && seen.every(Number.isFinite));
  const quiet = outcomes.findIndex((seen) => !(seen instanceof Failure));
  return conventions[finite >= 0 ? finite : Math.max(quiet, 0)] ?? conventions[0];
}

import { attempt, Failure } from '../diagnosis/observation.js';
import { disposingCreated } from './tensor-scope.js';

/** The arguments of a constructor, made of what is essential and the options, which may be left out. */
export type Convention<Essential, Options> = (
  essential: Essential,
  options: Options | undefined,
) => unknown[];

/** What code throws that is called by another convention than its own. */
const MISUNDERSTOOD = /iterable|is not a function|must be a Tensor|of undefined|of null/i;

/**
 * The first of several conventions by which `trial` gives numbers that convince; else the first by which it does not
 * throw, unless one before it threw an error of the code's own; else the first.
 */
export function detectConvention<C>(
  conventions: readonly [C, ...C[]],
  trial: (convention: C) => readonly number[],
  isConvincing: (numbers: readonly number[]) => boolean = (numbers) => numbers.every(Number.isFinite),
): C {
  let quiet: C | undefined;
  let failing: C | undefined;
  for (const convention of conventions) {
    const seen = attempt(() => disposingCreated(() => trial(convention)));
    // What shows its mistake has understood the call.
    if (seen instanceof Failure && seen.mistake !== null) return convention;
    if (seen instanceof Failure) {
      // An error of the code's own comes of the call that reaches it, not of one that passes it by in silence.
      if (quiet === undefined && seen.kind === 'threw' && !MISUNDERSTOOD.test(seen.message))
        failing ??= convention;
      continue;
    }
    if (isConvincing(seen)) return convention;
    quiet ??= convention;
  }
  return failing ?? quiet ?? conventions[0];
}

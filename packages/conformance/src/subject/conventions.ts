import { attempt, Failure } from '../diagnosis/observation.js';
import { disposingCreated } from './tensor-scope.js';

/** The arguments of a constructor, from the essential one and the options, which may be absent. */
export type Convention<Essential, Options> = (
  essential: Essential,
  options: Options | undefined,
) => unknown[];

/** Messages of errors from code that was called by another convention than its own. */
const MISUNDERSTOOD = /iterable|is not a function|must be a Tensor|of undefined|of null/i;

/**
 * The first of several conventions for which `trial` gives convincing numbers. Else the first that
 * does not throw, unless one before it threw an error of the checked code's own; else the first.
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
    // Code that shows its mistake has understood the call.
    if (seen instanceof Failure && seen.mistake !== null) return convention;
    if (seen instanceof Failure) {
      // An error of the code's own shows that the call reached it; a silent return does not.
      if (quiet === undefined && seen.kind === 'threw' && !MISUNDERSTOOD.test(seen.message))
        failing ??= convention;
      continue;
    }
    if (isConvincing(seen)) return convention;
    quiet ??= convention;
  }
  return failing ?? quiet ?? conventions[0];
}

import { attempt, Failure } from '../diagnosis/observation.js';
import { disposingCreated } from './tensor-scope.js';

/** The arguments of a constructor, made of what is essential and the options, which may be left out. */
export type Convention<Essential, Options> = (
  essential: Essential,
  options: Options | undefined,
) => unknown[];

/**
 * The first of several conventions by which `trial` gives numbers that convince; else the first by which it does not
 * throw; else the first.
 */
export function detectConvention<C>(
  conventions: readonly [C, ...C[]],
  trial: (convention: C) => readonly number[],
  isConvincing: (numbers: readonly number[]) => boolean = (numbers) => numbers.every(Number.isFinite),
): C {
  let quiet: C | undefined;
  for (const convention of conventions) {
    const seen = attempt(() => disposingCreated(() => trial(convention)));
    if (seen instanceof Failure) continue;
    if (isConvincing(seen)) return convention;
    quiet ??= convention;
  }
  return quiet ?? conventions[0];
}

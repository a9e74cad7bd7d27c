import { mistakes as catalog, type MistakeName } from '../mistakes.js';
import type { Diagnosis } from '../report.js';
import { Failure, type Observation } from './observation.js';

/** The names in a diagnosis. */
export type Names = Pick<Diagnosis, 'mistakes' | 'candidates'>;

/** A diagnosis of the observations, with its sentences. */
export function explain({ mistakes, candidates }: Names, seen: Observation): Diagnosis {
  return { mistakes, candidates, explanation: sentences(mistakes, candidates, seen) };
}

function sentences(
  mistakes: readonly MistakeName[],
  candidates: readonly MistakeName[],
  seen: Observation,
): string {
  const known = mistakes.map((name) => `${name}: ${catalog[name].what} ${catalog[name].look}`).join(' ');
  if (candidates.length > 0) {
    const choice = `each of these would explain it: ${candidates.join(', ')}.`;
    return known === '' ? `unclear: ${choice}` : `${known} There is more, and it is unclear: ${choice}`;
  }
  if (known !== '') return known;
  if (!(seen instanceof Failure)) {
    return 'unclear: none of the known mistakes, and no three of them together, give these numbers.';
  }
  return seen.kind === 'missing'
    ? 'unclear: a missing part cannot be checked.'
    : 'unclear: it threw, so there are no numbers to compare.';
}

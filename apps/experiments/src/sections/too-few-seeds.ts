import type { Compared } from './section-6-words.js';
import { ENOUGH_SEEDS } from './seed-noise.js';

/** Says that a run's seeds do not tell whether others would do something, and how many do; as HTML, for a sentence. */
export function tooFewSeeds({ seeds }: Compared, would: string): string {
  const [few, others] =
    seeds.length === 1
      ? ['one seed of these settings does', 'another']
      : [`${seeds.length} seeds of these settings do`, 'others'];
  return `${few} not tell whether ${others} would ${would} (<code>--seeds ${ENOUGH_SEEDS}</code> does)`;
}

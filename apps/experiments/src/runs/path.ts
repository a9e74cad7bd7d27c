import { join } from 'node:path';
import type { RunConfig } from '../config/schema.js';

/** The parts of a run's path. */
interface RunLocation {
  /** The data on which it is trained. */
  data: RunConfig['data']['name'];
  /** The run's name, a folder for each of its parts. */
  run: string;
  seed: bigint | RunConfig['seed'];
}

/**
 * Returns the folder of one run: `<out>/runs/<name>/seed-<n>`, on the sample
 * `<out>/runs/sample/<name>/seed-<n>`.
 */
export function runPath(out: string, { data, run, seed }: RunLocation): string {
  return join(out, 'runs', ...(data === 'sample' ? ['sample'] : []), ...run.split('/'), `seed-${seed}`);
}

import { join } from 'node:path';
import type { RunConfig } from '../config/schema.js';

/** What a run's folder is named after. */
interface RunPlace {
  /** The kind of data that it is trained on. */
  data: RunConfig['data']['name'];
  /** The run's name, a folder for each of its parts. */
  run: string;
  seed: bigint | RunConfig['seed'];
}

/** The folder of one run: `<out>/runs/<name>/seed-<n>`, on the sample `<out>/runs/sample/<name>/seed-<n>`. */
export function runPath(out: string, { data, run, seed }: RunPlace): string {
  return join(out, 'runs', ...(data === 'sample' ? ['sample'] : []), ...run.split('/'), `seed-${seed}`);
}

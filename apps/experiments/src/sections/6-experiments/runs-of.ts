import type { RunRecord } from '../../report/records.js';
import type { RunDefinition } from '../../runs/run.js';

/** The runs of a part of the section: with the report's seed, and with every seed. */
interface PartRuns {
  runs: readonly RunRecord[];
  allSeeds: readonly RunRecord[];
}

/** Returns the runs of a part of the section. */
export function ofRuns(definitions: readonly RunDefinition[], { runs, allSeeds }: PartRuns): PartRuns {
  const names = definitions.map(({ name }) => name);
  const isOwn = ({ run }: { run: string }) => names.includes(run);
  return { runs: runs.filter(isOwn), allSeeds: allSeeds.filter(isOwn) };
}

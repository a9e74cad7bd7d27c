import type { RunDefinition } from '../../runs/run.js';
import type { ReportInput } from '../section.js';

/** Returns the runs of a part of the section. */
export function ofRuns(
  definitions: readonly RunDefinition[],
  { runs, allSeeds }: Pick<ReportInput<unknown>, 'runs' | 'allSeeds'>,
): Pick<ReportInput<unknown>, 'runs' | 'allSeeds'> {
  const names = definitions.map(({ name }) => name);
  const isOwn = ({ run }: { run: string }) => names.includes(run);
  return { runs: runs.filter(isOwn), allSeeds: allSeeds.filter(isOwn) };
}

import type { Machine, RunRecord } from '../report/records.js';
import { runRecord } from '../report/results-file.js';
import type { RunDefinition, RunResult } from '../runs/run.js';
import type { ReportInput } from '../sections/section.js';
import { type FakeRun, fakeResult } from './fake-result.js';

/** Returns the record of a fake run in `results.json`. */
export function fakeRecord(run: RunDefinition, fake: FakeRun = {}): RunRecord {
  return runRecord(fakeResult(run, fake), '.');
}

/** Returns the records of some runs. */
export function recordsOf(results: readonly RunResult[]): RunRecord[] {
  return results.map((result) => runRecord(result, '.'));
}

/** Returns what a section's report gets for runs of one seed. */
export function reportInput<Found>(results: readonly RunResult[], findings: Found): ReportInput<Found> {
  const runs = recordsOf(results);
  return { runs, allSeeds: runs, findings };
}

/** The machine of a report. */
export const FAKE_MACHINE: Machine = {
  cpu: 'A <processor>',
  cores: 2,
  memoryGiB: 4,
  system: 'linux 6',
  backend: 'cpu',
  threads: 1,
  trainkit: '0.0.0',
  tensorflowJs: '4.22.0',
  node: 'v20.19.0',
  gitCommit: null,
};

import { attempt, Failure, type Observation, observe, type Recorder } from '../diagnosis/observation.js';
import type { Warning } from '../report.js';

/** A checked class or function as a scenario calls it. */
export interface Checked<Make> {
  /** Makes a new object. */
  readonly make: Make;
  /** Reports flaws that make no number wrong. */
  warnings(): Warning[];
}

/** Runs a scenario on the checked code, and returns its observations and warnings. */
export function observeSubject<Make>(
  open: () => Checked<Make>,
  scenario: (make: Make, record: Recorder) => void,
): { seen: Map<string, Observation>; warnings: Warning[] } {
  const checked = open();
  const seen = observe((record) => scenario(checked.make, record));
  const warnings = attempt(() => checked.warnings());
  return { seen, warnings: warnings instanceof Failure ? [] : warnings };
}

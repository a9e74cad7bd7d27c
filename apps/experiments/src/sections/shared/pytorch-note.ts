import { pytorchVersion } from '../../figures/pytorch.js';
import type { RunResult } from '../../runs/run.js';

/** Returns a sentence with PyTorch's version if its figures are in the table; else ''. */
export function pytorchNote(results: readonly RunResult[]): string {
  const name = results.find((result) => result.pytorch)?.config.data.name;
  if (name === undefined || name === 'custom') return '';
  return ` PyTorch ${pytorchVersion(name)}'s figures were recorded on the same data.`;
}

import { pytorchVersion } from '../../figures/pytorch.js';
import type { RunResult } from '../../runs/run.js';

/** Names PyTorch's version, in a sentence after others, where its figures stand in the table; else ''. */
export function pytorchNote(results: readonly RunResult[]): string {
  const name = results.find((result) => result.pytorch)?.config.data.name;
  if (name === undefined || name === 'custom') return '';
  return ` PyTorch ${pytorchVersion(name)}'s figures were recorded on the same data.`;
}

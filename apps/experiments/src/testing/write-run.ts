import { writeFileSync } from 'node:fs';
import { RunFolder } from '../runs/folder.js';
import type { RunResult } from '../runs/run.js';

/** Writes the files of a fake run into the folder of a real one; returns the folder. */
export function writeRun(
  out: string,
  { config, metrics, activations, predictions, end }: RunResult,
  { finished = true }: { finished?: boolean } = {},
): string {
  const folder = RunFolder.of(out, config);
  folder.prepare({ fresh: true });
  const lines = [...metrics.train, ...metrics.test];
  writeFileSync(folder.metricsPath, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  folder.writeActivations(activations);
  if (predictions) folder.writePredictions(predictions);
  if (finished) folder.writeEnd(end);
  return folder.path;
}

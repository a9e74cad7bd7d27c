import { RunFolder } from '../runs/folder.js';
import { MetricsWriter } from '../runs/metrics-file.js';
import type { RunResult } from '../runs/run.js';

/** Writes a made-up run where a real one would be; gives its folder. */
export function writeRun(
  out: string,
  { config, metrics, activations, end }: Pick<RunResult, 'config' | 'metrics' | 'activations' | 'end'>,
  { finished = true }: { finished?: boolean } = {},
): string {
  const folder = RunFolder.of(out, config);
  folder.prepare({ fresh: true });
  const writer = new MetricsWriter(folder.metricsPath);
  for (const line of metrics.train) writer.write(line);
  for (const line of metrics.test) writer.write(line);
  writer.close();
  folder.writeActivations(activations);
  if (finished) folder.writeEnd(end);
  return folder.path;
}

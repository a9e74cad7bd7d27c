// A "step" is all of the run optimizer/adamw as a process: the data from its files, 3,000 steps, the evaluations every
// 500, TensorBoard's files, and the checkpoints, which PyTorch's side does without.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { serve } from './serve.js';

const manifest = createRequire(import.meta.url).resolve('@trainkit/experiments/package.json');
const cli = join(manifest, '../dist/cli.js');
const data = process.env['FASHION_MNIST_DIR'];
if (data === undefined) throw new Error('set FASHION_MNIST_DIR to the folder of the four files');
await serve('Trainkit, experiments run optimizer/adamw', () => {
  const out = mkdtempSync(join(tmpdir(), 'trainkit-bench-'));
  try {
    execFileSync(process.execPath, [cli, 'run', 'optimizer/adamw', '--data', data, '--out', out], {
      stdio: ['ignore', 'ignore', 'inherit'],
    });
  } finally {
    rmSync(out, { recursive: true });
  }
});

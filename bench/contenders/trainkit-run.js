// A "step" is all of the run optimizer/adamw as a process of its own: from its start to its end, with the imports, the data
// from its four packed files, 3,000 steps, the evaluations every 500 in batches of 1,000, and TensorBoard's files; and what
// PyTorch's side does without: checkpoints, histograms, norms of gradients, and the files' checksums.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dataFolder } from './data-folder.js';
import { serve, task } from './serve.js';

const manifest = createRequire(import.meta.url).resolve('@trainkit/experiments/package.json');
const cli = join(manifest, '../dist/cli.js');
const data = dataFolder();
const { backend = 'native' } = task();
await serve(
  `Trainkit, ${backend}, experiments run optimizer/adamw; a process with its imports, unpacking and checkpoints`,
  () => {
    const out = mkdtempSync(join(tmpdir(), 'trainkit-bench-'));
    try {
      execFileSync(
        process.execPath,
        [cli, 'run', 'optimizer/adamw', '--backend', backend, '--data', data, '--out', out],
        {
          stdio: ['ignore', 'ignore', 'pipe'],
        },
      );
    } finally {
      rmSync(out, { recursive: true });
    }
  },
);

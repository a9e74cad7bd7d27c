// One "step" of this contender is the whole run optimizer/adamw in a process of its own: the
// imports, the data from its four packed files, all training steps, the evaluations and
// TensorBoard's files. It includes work that PyTorch's side omits: checkpoints, histograms, norms
// of gradients, and the files' checksums.
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

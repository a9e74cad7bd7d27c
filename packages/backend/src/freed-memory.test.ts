import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { nativeStatus } from './status.js';

const NATIVE = process.env['TRAINKIT_REQUIRE_BACKENDS'] === '1' || nativeStatus().ready;
const ENTRY = fileURLToPath(new URL('../dist/index.js', import.meta.url));

/** Takes 16 MB and frees them; prints by how many the heap has grown that the C library keeps, and how many tensors there are. */
const PROGRAM = `
  import { readFileSync } from 'node:fs';
  import * as tf from '@tensorflow/tfjs';
  import { useFastestBackend } from ${JSON.stringify(ENTRY)};
  await useFastestBackend({ prefer: 'tensorflow' });
  const heap = () => {
    const [, from, to] = /^(\\w+)-(\\w+) .*\\[heap\\]$/m.exec(readFileSync('/proc/self/maps', 'utf8'));
    return Number.parseInt(to, 16) - Number.parseInt(from, 16);
  };
  const before = heap();
  tf.tidy(() => void tf.fill([4e6], 1));
  console.log((heap() - before) / 1e6, tf.memory().numTensors);
`;

function run(env: NodeJS.ProcessEnv): number[] {
  const out = execFileSync(process.execPath, ['--input-type=module', '--eval', PROGRAM], {
    cwd: fileURLToPath(new URL('..', import.meta.url)),
    env: { ...process.env, ...env },
    encoding: 'utf8',
  });
  return out.trim().split(' ').map(Number);
}

it.runIf(NATIVE && process.platform === 'linux')('memory that a step frees is kept for the next one', () => {
  const [kept, tensors] = run({});
  expect(kept).toBeGreaterThan(15);
  expect(tensors).toBe(0);
  // Limits that are set count, and 16 MB are given back at once.
  expect(run({ MALLOC_TRIM_THRESHOLD_: '131072' })[0]).toBeLessThan(2);
});

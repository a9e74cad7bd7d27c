import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it, vi } from 'vitest';
import { keepFreedMemory } from './freed-memory.js';
import { nativeStatus } from './status.js';

const NATIVE = process.env['TRAINKIT_REQUIRE_BACKENDS'] === '1' || nativeStatus().ready;
const ENTRY = fileURLToPath(new URL('../dist/index.js', import.meta.url));

/** Takes 16 MB and frees them; prints by how many the main thread's heap has grown for good, and how many tensors there are. */
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

/** What sets malloc's limits, so that they do not move. */
const LIMITS = [
  'MALLOC_MMAP_THRESHOLD_',
  'MALLOC_TRIM_THRESHOLD_',
  'MALLOC_TOP_PAD_',
  'MALLOC_MMAP_MAX_',
  'GLIBC_TUNABLES',
];

function run(env: NodeJS.ProcessEnv): number[] {
  const others = Object.entries(process.env).filter(([name]) => !LIMITS.includes(name));
  const out = execFileSync(process.execPath, ['--input-type=module', '--eval', PROGRAM], {
    cwd: fileURLToPath(new URL('..', import.meta.url)),
    env: { ...Object.fromEntries(others), ...env },
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

it.runIf(process.platform === 'linux')('goes on where so much cannot be had, and asks once', () => {
  const executeOp = vi.fn(() => {
    throw new Error('OOM when allocating tensor with shape [8000000]');
  });
  const tensors = new Set<number>();
  const binding = {
    TF_ATTR_TYPE: 1,
    TF_ATTR_BOOL: 2,
    TF_FLOAT: 3,
    TF_INT32: 4,
    createTensor: () => {
      tensors.add(5);
      return 5;
    },
    executeOp,
    deleteTensor: (id: number) => void tensors.delete(id),
  };
  keepFreedMemory(binding);
  keepFreedMemory(binding);
  expect(executeOp).toHaveBeenCalledOnce();
  expect(tensors).toEqual(new Set());
});

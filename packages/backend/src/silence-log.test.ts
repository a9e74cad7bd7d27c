import { spawnSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../fixtures/machine.js';
import { nativeStatus } from './status.js';

const PACKAGE = new URL('../dist/index.js', import.meta.url).href;

/** A program whose worker threads multiply on tfjs-node; the main thread loads no library. */
const PROGRAM = `
import { isMainThread, Worker, SHARE_ENV } from 'node:worker_threads';
if (isMainThread) {
  for (const env of [undefined, {}, SHARE_ENV]) {
    await new Promise((resolve, reject) => {
      new Worker(new URL(import.meta.url), { env }).on('error', reject).on('exit', resolve);
    });
  }
} else {
  const { useFastestBackend } = await import(${JSON.stringify(PACKAGE)});
  console.log((await useFastestBackend({ prefer: 'tensorflow' })).name);
}
`;

const NATIVE = process.env['TRAINKIT_REQUIRE_BACKENDS'] === '1' || nativeStatus().ready;

it.runIf(NATIVE)('keeps standard error empty where worker threads load TensorFlow', async () => {
  const path = join(await temporaryFolder(), 'program.mjs');
  await writeFile(path, PROGRAM);
  const env = { ...process.env };
  delete env['TF_CPP_MIN_LOG_LEVEL'];
  const { stdout, stderr } = spawnSync(process.execPath, [path], { env, encoding: 'utf8' });
  expect(stderr).toBe('');
  expect(stdout).toBe('tensorflow\n'.repeat(3));
});

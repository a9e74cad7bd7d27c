import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { LogContext } from '../index.js';
import { FileStore, jsonLines, runFolder, tensorboard } from './index.js';

let folder = '';
const before = process.cwd();
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'folders-'));
  mkdirSync(join(folder, 'elsewhere'));
  process.chdir(folder);
});
afterEach(() => {
  process.chdir(before);
  rmSync(folder, { recursive: true });
});

const context: LogContext = {
  step: 0,
  steps: 2,
  validated: false,
  mayHaveValidated: false,
  last: null,
  folder: null,
  state: null,
  warn: (message) => {
    throw new Error(message);
  },
};

it('writes to the store of a relative path, after the program went to another folder', async () => {
  const store = new FileStore('run');
  const unlock = await store.lock();
  process.chdir('elsewhere');
  await store.write('a.bin', Uint8Array.of(1));
  expect([...((await store.read('a.bin')) ?? [])]).toEqual([1]);
  unlock();
  expect(readdirSync('.')).toEqual([]);
  expect(readdirSync(folder)).toEqual(['elsewhere', 'run']);
});

it('keeps the run’s folder', async () => {
  const run = runFolder('runs/mine', { config: { a: 1 } });
  process.chdir('elsewhere');
  await run.prepare();
  expect(readdirSync(join(folder, 'runs/mine'))).toEqual(['config.json']);
});

it.each([
  ['jsonLines', () => jsonLines({ path: 'log/lines.jsonl' })],
  ['tensorboard', () => tensorboard({ path: 'log' })],
])('logs with %s to the folder that was current when it was made', async (_, make) => {
  const log = make();
  process.chdir('elsewhere');
  await log.begin(context);
  log.train({ step: 1, values: { loss: 1 } });
  await log.end();
  expect(readdirSync('.')).toEqual([]);
  expect(readdirSync(join(folder, 'log'))).toHaveLength(1);
});

it('logs to an absolute path beside the run’s folder', async () => {
  const log = tensorboard({ path: join(folder, 'events') });
  await log.begin({ ...context, folder: join(folder, 'run') });
  await log.end();
  expect(readdirSync(folder).sort()).toEqual(['elsewhere', 'events']);
});

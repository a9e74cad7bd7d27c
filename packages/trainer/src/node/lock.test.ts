import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { FileStore } from './file-store.js';
import { takeLock } from './lock.js';
import { processStart } from './process-identity.js';

let folder = '';
let path = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lock-'));
  path = join(folder, 'run.lock');
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

const SELF = { pid: process.pid, host: hostname() };

/** The id of a process that has ended. */
const gone = spawnSync(process.execPath, ['--version']).pid;

function write(holder: { pid: number; host: string; system?: string; started?: string }, ageMs = 0): void {
  writeFileSync(path, JSON.stringify({ ...holder, token: 'another' }));
  const time = new Date(Date.now() - ageMs);
  utimesSync(path, time, time);
}

it('is one process’s at a time, and is given back', () => {
  const lock = takeLock(path, 'The run');
  expect(() => takeLock(path, 'The run')).toThrow(
    `The run is in use by process ${process.pid} on ${hostname()}. Wait for it, or name another folder; if that process is no training, remove ${path}.`,
  );
  lock.check();
  lock.release();
  expect(readdirSync(folder)).toEqual([]);
});

it.each([
  ['a process of this machine that has ended', { pid: gone, host: hostname() }, 0],
  ['an earlier process of the same number', SELF, 0],
  ['a process whose number another one has now', { pid: process.ppid, host: hostname(), started: '1' }, 0],
  ['a container of this name that has ended', { pid: 1, host: hostname(), system: 'other' }, 360_000],
  ['a thread of this process that was terminated', { ...SELF, started: processStart(process.pid)! }, 60_000],
  ['another machine that gave no sign of life for six minutes', { pid: 1, host: 'elsewhere' }, 360_000],
])('is free if it belongs to %s', (_, holder, age) => {
  write(holder, age);
  takeLock(path, 'The run').release();
  expect(existsSync(path)).toBe(false);
});

it.each([
  ['a process of this machine that runs', { pid: process.ppid, host: hostname() }, 3_600_000],
  [
    'another container of this name, which gave a sign of life four minutes ago',
    { pid: gone, host: hostname(), system: 'other' },
    240_000,
  ],
  ['another machine that gave a sign of life four minutes ago', { pid: 1, host: 'elsewhere' }, 240_000],
])('is held if it belongs to %s', (_, holder, age) => {
  write(holder, age);
  expect(() => takeLock(path, 'The run')).toThrow(`in use by process ${holder.pid} on ${holder.host}`);
});

it('is held for a moment if it is unsigned, and then free', () => {
  writeFileSync(path, '');
  expect(() => takeLock(path, 'The run')).toThrow('in use by another process');
  const time = new Date(Date.now() - 10_000);
  utimesSync(path, time, time);
  takeLock(path, 'The run').release();
});

it('is updated, and reports that another process took it, while JavaScript is busy', async () => {
  const lock = takeLock(path, 'The run', { heartbeatEvery: 5 });
  // The thread needs a moment to begin.
  await new Promise((resolve) => setTimeout(resolve, 200));
  const old = new Date(Date.now() - 100_000);
  utimesSync(path, old, old);
  const text = readFileSync(path, 'utf8');
  // JavaScript is busy meanwhile, as in a long step.
  const until = Date.now() + 1000;
  while (Date.now() < until && statSync(path).mtimeMs < Date.now() - 50_000);
  expect(statSync(path).mtimeMs).toBeGreaterThan(Date.now() - 50_000);
  expect(readFileSync(path, 'utf8')).toBe(text);
  const probe = join(folder, 'probe');
  writeFileSync(probe, '');
  expect(() => takeLock(path, 'The run')).toThrow('in use');
  write({ pid: 7, host: 'elsewhere' });
  expect(() => lock.check()).toThrow(
    'The run was taken by process 7 on elsewhere while this process had it.',
  );
  lock.release();
  expect(existsSync(path), 'the other one’s lock').toBe(true);
});

it('is not taken if it cannot be read', () => {
  symlinkSync(path, path);
  expect(() => takeLock(path, 'The run')).toThrow(`The lock ${path} cannot be read: ELOOP`);
  expect(readdirSync(folder)).toEqual(['run.lock']);
});

it('keeps the lock of a process that took it while this one was suspended, and reports it before anything is written', async () => {
  const store = new FileStore(join(folder, 'run'));
  const unlock = await store.lock();
  await store.write('a.bin', Uint8Array.of(1));
  let taken = false;
  const onStage = (stage: string) => {
    if (stage !== 'half-written' || taken) return;
    taken = true;
    write({ pid: 7, host: 'elsewhere' });
  };
  await expect(store.write('a.bin', Uint8Array.of(2), { onStage })).rejects.toThrow(
    'was taken by process 7 on elsewhere while this process had it',
  );
  expect([...readFileSync(join(folder, 'run/a.bin'))]).toEqual([1]);
  expect(() => store.checkLock()).toThrow('was taken by process 7 on elsewhere');
  unlock();
  expect(existsSync(path)).toBe(true);
});

it('is not free if another thread of this process holds it', () => {
  write({ ...SELF, started: processStart(process.pid)! });
  expect(() => takeLock(path, 'The run')).toThrow('The run is in use by process');
});

it('is taken again if it was removed, and nobody else took it', () => {
  const lock = takeLock(path, 'The run');
  rmSync(path);
  lock.check();
  expect(existsSync(path)).toBe(true);
  lock.release();
});

it('is one for a folder and a link to it', async () => {
  const run = join(folder, 'run');
  const unlock = await new FileStore(run).lock();
  symlinkSync(run, join(folder, 'link'));
  for (const name of ['link', 'run/.', 'other/../run']) {
    await expect(new FileStore(join(folder, name)).lock()).rejects.toThrow('is in use by process');
  }
  unlock();
});

import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { takeLock } from './lock.js';

/** Whether the disk is full: files can be made, and nothing written into them. */
const disk = vi.hoisted(() => ({ full: false }));
vi.mock(import('node:fs'), async (original) => {
  const fs = await original();
  const write: typeof fs.writeFileSync = (file, data, options) => {
    fs.writeFileSync(file, disk.full ? '' : data, options);
    if (disk.full)
      throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
  };
  return { ...fs, writeFileSync: write };
});

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lock-'));
  path = join(folder, 'run.lock');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const sign = (pid: number, host = hostname()) => writeFileSync(path, JSON.stringify({ pid, host }));

/** Node running nothing, until it is killed. */
async function withLivingProcess(body: (pid: number) => void): Promise<void> {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
  await once(child, 'spawn');
  try {
    body(child.pid ?? 0);
  } finally {
    child.kill();
    await once(child, 'close');
  }
}

describe('takeLock', () => {
  it('is had once at a time, and leaves nothing behind', () => {
    const giveBack = takeLock(path, 'The run');
    expect(() => takeLock(path, 'The run')).toThrow(
      `The run is in use by process ${process.pid} on ${hostname()}. Wait for it, or choose another --out or --seed. ` +
        `(If that process is no experiment, remove ${path}.)`,
    );
    giveBack();
    takeLock(path, 'The run')();
    expect(readdirSync(folder)).toEqual([]);
  });

  it('is refused while another process lives, or may live on another machine', async () => {
    await withLivingProcess((pid) => {
      sign(pid);
      expect(() => takeLock(path, 'The run')).toThrow(`in use by process ${pid} on`);
    });
    takeLock(path, 'The run')();
    sign(1, 'elsewhere');
    expect(() => takeLock(path, 'The run')).toThrow('in use by process 1 on elsewhere');
    expect(readdirSync(folder)).toEqual(['run.lock']);
  });

  it.each([
    ['of a process that was killed', () => sign(spawnSync(process.execPath, ['-e', '']).pid)],
    ['of an earlier process with the number of this one', () => sign(process.pid)],
    [
      'that was never signed',
      () => {
        writeFileSync(path, '');
        utimesSync(path, new Date(0), new Date(0));
      },
    ],
    [
      'that was never signed, by a clock that goes fast',
      () => {
        writeFileSync(path, '');
        const later = new Date(Date.now() + 3_600_000);
        utimesSync(path, later, later);
      },
    ],
  ])('replaces a lock %s', (_what, leave) => {
    leave();
    const giveBack = takeLock(path, 'The run');
    expect(existsSync(path)).toBe(true);
    giveBack();
    expect(readdirSync(folder)).toEqual([]);
  });

  it('waits for the signature of a lock that was made just now', () => {
    writeFileSync(path, '');
    expect(() => takeLock(path, 'The run')).toThrow('The run is in use by another process.');
  });

  it('says where it cannot be made', () => {
    expect(() => takeLock(join(folder, 'nowhere/run.lock'), 'The run')).toThrow(
      /The lock .*run\.lock cannot be made: ENOENT.* Choose another --out\./,
    );
  });

  it('leaves none where it cannot be signed', () => {
    disk.full = true;
    try {
      expect(() => takeLock(path, 'The run')).toThrow(`The lock ${path} cannot be made: ENOSPC`);
    } finally {
      disk.full = false;
    }
    expect(readdirSync(folder)).toEqual([]);
  });
});

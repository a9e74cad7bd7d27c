import { mkdirSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../fixtures/machine.js';
import { exclusively } from './exclusively.js';

/** A lock as a process of this machine, or of another one, left it. */
async function lockOf(owner: { host: string; pid: number }, age = 0): Promise<string> {
  const lock = join(await temporaryFolder(), 'lock');
  mkdirSync(lock);
  const file = join(lock, 'owner');
  writeFileSync(file, JSON.stringify(owner));
  const time = new Date(Date.now() - age);
  utimesSync(file, time, time);
  return lock;
}

/** No process has a number beyond the largest that Linux gives. */
const DEAD = { host: hostname(), pid: 4194305 };

describe('exclusively', () => {
  it('runs one body at a time, and no more once it is not needed', async () => {
    const folder = await temporaryFolder();
    let inside = 0;
    let runs = 0;
    const one = () =>
      exclusively(join(folder, 'lock'), { isNeeded: () => runs < 2 }, async () => {
        inside += 1;
        expect(inside).toBe(1);
        await sleep(20);
        runs += 1;
        inside -= 1;
      });
    await Promise.all([one(), one(), one(), one()]);
    expect(runs).toBe(2);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('gives the lock back where the body throws', async () => {
    const folder = await temporaryFolder();
    const failing = exclusively(join(folder, 'lock'), { isNeeded: () => true }, () =>
      Promise.reject(new Error('mine')),
    );
    await expect(failing).rejects.toThrow('mine');
    expect(readdirSync(folder)).toEqual([]);
  });

  it.each([
    ['whose process has ended', DEAD, 0],
    ['of another machine that shows no life', { host: 'another', pid: 1 }, 61_000],
    ['of a process that hangs', { host: hostname(), pid: process.ppid }, 61_000],
  ])('takes over a lock %s', async (_, owner, age) => {
    const lock = await lockOf(owner, age);
    let done = false;
    let waits = 0;
    await exclusively(lock, { isNeeded: () => !done, onWait: () => (waits += 1) }, async () => {
      done = true;
    });
    expect([done, waits]).toEqual([true, 1]);
    expect(readdirSync(join(lock, '..'))).toEqual([]);
  });

  it.each([
    ['of a running process', { host: hostname(), pid: process.ppid }],
    ['of another machine', { host: 'another', pid: 4194305 }],
  ])('waits for a lock %s until it aborts', async (_, owner) => {
    const lock = await lockOf(owner);
    const waiting = exclusively(lock, { isNeeded: () => true, signal: AbortSignal.timeout(250) }, () =>
      Promise.reject(new Error('it ran')),
    );
    await expect(waiting).rejects.toMatchObject({ name: 'TimeoutError' });
    expect(readdirSync(join(lock, '..'))).toEqual(['lock']);
  });

  it('waits no longer once another process has done the work', async () => {
    const lock = await lockOf({ host: hostname(), pid: process.ppid });
    const started = performance.now();
    await exclusively(lock, { isNeeded: () => performance.now() - started < 150 }, () =>
      Promise.reject(new Error('it ran')),
    );
  });
});

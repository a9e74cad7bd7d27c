import { closeSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createFile } from './create-file.js';
import { disk } from './file-system.js';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'trainkit-files-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function create(suffix = '', files = disk): string {
  const { path, descriptor } = createFile(folder, suffix, files);
  closeSync(descriptor);
  return path.slice(folder.length + 1);
}

const host = hostname().replace(/[^\w.-]/g, '_');

it('is named as TensorFlow names its files', () => {
  const before = Math.floor(Date.now() / 1000);
  const name = create('.train');
  const [, seconds = ''] = /^events\.out\.tfevents\.(\d{10})\./.exec(name) ?? [];
  expect(name).toBe(`events.out.tfevents.${seconds}.${host}.${process.pid}.0.train`);
  expect(Number(seconds)).toBeGreaterThanOrEqual(before);
  expect(Number(seconds)).toBeLessThanOrEqual(Date.now() / 1000);
});

it('sorts after the existing files, even if the clock was set back', () => {
  writeFileSync(join(folder, 'events.out.tfevents.9000000000.host.1.0'), '');
  writeFileSync(join(folder, 'notes.txt'), '');
  const names = Array.from({ length: 12 }, () => create());
  expect(names[0]).toBe(`events.out.tfevents.9000000001.${host}.${process.pid}.0`);
  expect(names).toEqual([...names].sort());
  expect(readdirSync(folder)).toHaveLength(14);
});

it('is never a file that another writer made in the meantime', () => {
  const blind = { ...disk, readdirSync: (() => []) as unknown as typeof disk.readdirSync };
  const names = Array.from({ length: 3 }, () => create('', blind));
  expect(new Set(names).size).toBe(3);
});

it('fails with the reason if the folder cannot be created', () => {
  writeFileSync(join(folder, 'file'), '');
  expect(() => createFile(join(folder, 'file'), '', disk)).toThrow(/a file has its name/);
});

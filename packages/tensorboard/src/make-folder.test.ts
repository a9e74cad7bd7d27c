import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { disk } from './file-system.js';
import { makeFolder } from './make-folder.js';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'trainkit-folders-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

it('makes a folder with all above it, and takes one that is there', () => {
  const path = join(folder, 'a', 'b', 'c');
  for (let i = 0; i < 2; i++) {
    makeFolder(path, disk);
    expect(statSync(path).isDirectory()).toBe(true);
  }
});

it('takes one that another process made in the meantime', () => {
  const path = join(folder, 'a');
  const late = {
    ...disk,
    mkdirSync: ((made: string) => {
      disk.mkdirSync(made);
      return disk.mkdirSync(made);
    }) as typeof disk.mkdirSync,
  };
  makeFolder(path, late);
  expect(statSync(path).isDirectory()).toBe(true);
});

it('says why where it cannot be', () => {
  const file = join(folder, 'file');
  writeFileSync(file, '');
  const reason = new Error(`The folder ${file} cannot be made: a file has its name.`);
  expect(() => makeFolder(file, disk)).toThrow(reason);
  expect(() => makeFolder(join(file, 'a', 'b'), disk)).toThrow(reason);
});

it.runIf(existsSync('/proc/self'))('ends where nothing can be made, and names the place', () => {
  expect(() => makeFolder('/proc/trainkit/run', disk)).toThrow(
    new Error('The folder /proc/trainkit cannot be made: nothing can be made in /proc.'),
  );
});

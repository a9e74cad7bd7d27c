import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { makeFolder } from './make-folder.js';
import { isPresent, type PresenceFiles, readIfPresent, readRegularFile } from './presence.js';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'presence-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

it.each([
  ['a file', 'file', true],
  ['a folder', 'sub', true],
  ['a link to a file', 'link', true],
  ['nothing', 'nothing', false],
  ['nothing in a folder that is not there', 'nothing/at/all', false],
  ['nothing below a file', 'file/below', false],
])('decides if there is %s', (_, name, present) => {
  writeFileSync(join(folder, 'file'), 'text');
  mkdirSync(join(folder, 'sub'));
  symlinkSync(join(folder, 'file'), join(folder, 'link'));
  expect(isPresent(join(folder, name))).toBe(present);
});

it.each([
  ['a link to nothing', 'dangling', 'dangling is a broken link: its disk may not be mounted'],
  ['a file behind a link to nothing', 'dangling/a/b', 'dangling is a broken link'],
  ['a link to itself', 'loop', 'loop cannot be inspected: ELOOP'],
  ['a file behind a link to itself', 'loop/a', 'ELOOP'],
])('is an error for %s', (_, name, message) => {
  symlinkSync(join(folder, 'elsewhere'), join(folder, 'dangling'));
  symlinkSync(join(folder, 'loop'), join(folder, 'loop'));
  expect(() => isPresent(join(folder, name))).toThrow(message);
  expect(() => readIfPresent(join(folder, name))).toThrow(name.startsWith('loop') ? 'ELOOP' : message);
});

it.each(['EACCES', 'EIO', 'ESTALE', 'ETIMEDOUT'])('throws if a server answers %s', (code) => {
  const fail = () => {
    throw Object.assign(new Error(`${code}: no`), { code });
  };
  const files: PresenceFiles = { lstatSync: fail, statSync: fail, readFileSync: fail };
  expect(() => isPresent('/run/config.json', files)).toThrow('/run/config.json cannot be inspected: ');
  expect(() => readIfPresent('/run/config.json', files)).toThrow(code);
  const missing = () => {
    throw Object.assign(new Error('ENOENT: no'), { code: 'ENOENT' });
  };
  expect(() => readIfPresent('/run/config.json', { ...files, readFileSync: missing })).toThrow(code);
});

it.each([
  ['a device', (path: string) => symlinkSync('/dev/zero', path)],
  ['a pipe that nobody writes to', (path: string) => execFileSync('mkfifo', [path])],
])('reads no %s, which would not end', (_, make) => {
  const path = join(folder, 'endless');
  make(path);
  const message = `${path} is a device, a pipe or a socket; expected a file. Save its contents to a file first.`;
  expect(() => readIfPresent(path)).toThrow(message);
  expect(() => readRegularFile(path)).toThrow(message);
  expect(isPresent(path)).toBe(true);
});

it('shows control characters of a name', () => {
  const path = join(folder, 'a\u001b[2J');
  symlinkSync(join(folder, 'elsewhere'), path);
  expect(() => isPresent(path)).toThrow('a\\u001b[2J is a broken link');
  expect(() => makeFolder(path)).toThrow('a\\u001b[2J cannot be made');
});

it('reads a file, and returns null without one', () => {
  writeFileSync(join(folder, 'file'), 'text');
  expect(String(readIfPresent(join(folder, 'file')))).toBe('text');
  expect(readIfPresent(join(folder, 'nothing'))).toBeNull();
  expect(readIfPresent(join(folder, 'file/below'))).toBeNull();
  expect(() => readRegularFile(join(folder, 'nothing'))).toThrow('ENOENT');
  expect(() => readRegularFile(folder)).toThrow('EISDIR');
});

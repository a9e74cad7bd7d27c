import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { isPresent, type PresenceFiles, readIfPresent } from './presence.js';

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
])('tells whether there is %s', (_, name, present) => {
  writeFileSync(join(folder, 'file'), 'text');
  mkdirSync(join(folder, 'sub'));
  symlinkSync(join(folder, 'file'), join(folder, 'link'));
  expect(isPresent(join(folder, name))).toBe(present);
});

it.each([
  ['a link to nothing', 'dangling', 'dangling is a link that leads to nothing: its disk may not be mounted'],
  ['a file behind a link to nothing', 'dangling/a/b', 'dangling is a link that leads to nothing'],
  ['a link to itself', 'loop', 'loop cannot be looked at: ELOOP'],
  ['a file behind a link to itself', 'loop/a', 'ELOOP'],
])('is an error for %s', (_, name, message) => {
  symlinkSync(join(folder, 'elsewhere'), join(folder, 'dangling'));
  symlinkSync(join(folder, 'loop'), join(folder, 'loop'));
  expect(() => isPresent(join(folder, name))).toThrow(message);
  expect(() => readIfPresent(join(folder, name))).toThrow(name.startsWith('loop') ? 'ELOOP' : message);
});

it.each(['EACCES', 'EIO', 'ESTALE', 'ETIMEDOUT'])('is an error where a server answers %s', (code) => {
  const fail = () => {
    throw Object.assign(new Error(`${code}: no`), { code });
  };
  const files: PresenceFiles = { lstatSync: fail, statSync: fail, readFileSync: fail };
  expect(() => isPresent('/run/config.json', files)).toThrow('/run/config.json cannot be looked at: ');
  expect(() => readIfPresent('/run/config.json', files)).toThrow(code);
  const missing = () => {
    throw Object.assign(new Error('ENOENT: no'), { code: 'ENOENT' });
  };
  expect(() => readIfPresent('/run/config.json', { ...files, readFileSync: missing })).toThrow(code);
});

it('reads a file, and null where there is none', () => {
  writeFileSync(join(folder, 'file'), 'text');
  expect(String(readIfPresent(join(folder, 'file')))).toBe('text');
  expect(readIfPresent(join(folder, 'nothing'))).toBeNull();
});

import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeFolder } from './make-folder.js';
import { resolveOnce } from './resolve-once.js';
import { sweepTemporary, temporaryName } from './temporary.js';
import { writeWhole } from './write-whole.js';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'files-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('makeFolder', () => {
  it('makes a folder and those above it, and leaves one that exists', () => {
    const path = join(folder, 'a/b/c');
    makeFolder(path);
    makeFolder(path);
    expect(statSync(path).isDirectory()).toBe(true);
  });

  it('names a file that has the name', () => {
    writeFileSync(join(folder, 'a'), '');
    expect(() => makeFolder(join(folder, 'a'))).toThrow('cannot be made: a file has its name');
    expect(() => makeFolder(join(folder, 'a/b'))).toThrow(
      `${join(folder, 'a')} cannot be made: a file has its name`,
    );
  });

  it.runIf(process.platform === 'linux')('ends under /proc, where nothing can be made', () => {
    expect(() => makeFolder('/proc/nowhere/deep')).toThrow(
      'The folder /proc/nowhere cannot be made: nothing can be made in /proc.',
    );
  });

  it('accepts a folder that another process made in between', () => {
    let stats = 0;
    const files = {
      mkdirSync: () => {
        throw Object.assign(new Error('EEXIST'), { code: 'EEXIST' });
      },
      statSync: (path: string) =>
        path === dirname(folder) || stats++ > 0 ? { isDirectory: () => true } : undefined,
    };
    expect(() => makeFolder(folder, files)).not.toThrow();
  });
});

describe('writeWhole', () => {
  it('replaces a file at once', () => {
    const path = join(folder, 'x.json');
    writeWhole(path, 'old');
    writeWhole(path, new Uint8Array([110, 101, 119]), {
      durable: true,
      atHalf: () => expect(readFileSync(path, 'utf8')).toBe('old'),
      beforeRename: () => expect(readFileSync(path, 'utf8')).toBe('old'),
    });
    expect(readFileSync(path, 'utf8')).toBe('new');
    expect(readdirSync(folder)).toEqual(['x.json']);
  });

  it('leaves the old file and no other if it fails', () => {
    const path = join(folder, 'x');
    writeWhole(path, 'old');
    const fail = () => {
      throw new Error('full');
    };
    expect(() => writeWhole(path, 'new', { atHalf: fail })).toThrow('full');
    expect(() => writeWhole(path, 'new', { beforeRename: fail })).toThrow('full');
    expect(readdirSync(folder)).toEqual(['x']);
    expect(readFileSync(path, 'utf8')).toBe('old');
  });
});

describe('sweepTemporary', () => {
  /** The id of a process that has ended. */
  const gone = spawnSync(process.execPath, ['--version']).pid;
  const leave = (name: string, ageMs = 0) => {
    const path = join(folder, name);
    mkdirSync(path);
    writeFileSync(join(path, 'part'), '');
    const time = new Date(Date.now() - ageMs);
    utimesSync(path, time, time);
    return path;
  };

  it('removes the files of killed processes, and no others', () => {
    const mine = leave(temporaryName('a'));
    const dead = leave(`.a.tmp-${hostname()}-${gone}-00000000`);
    const elsewhere = leave('.a.tmp-another-host-1-00000000');
    const old = leave('.a.tmp-another-host-1-00000001', 25 * 60 * 60 * 1000);
    const other = leave('.a.tmp');
    sweepTemporary(folder);
    expect([mine, dead, elsewhere, old, other].map((path) => existsSync(path))).toEqual([
      true,
      false,
      true,
      false,
      true,
    ]);
  });

  it('leaves temporaries of other files', () => {
    const dead = leave(`.b.tmp-${hostname()}-${gone}-00000000`);
    sweepTemporary(folder, { accepts: (name) => name === 'a' });
    expect(existsSync(dead)).toBe(true);
    sweepTemporary(join(folder, 'nowhere'));
  });
});

it('resolves a path once, whatever the current folder is later', () => {
  const before = process.cwd();
  const first = resolveOnce('of-an-environment-variable');
  try {
    process.chdir(folder);
    expect(resolveOnce('of-an-environment-variable')).toBe(first);
    expect(first).toBe(join(before, 'of-an-environment-variable'));
  } finally {
    process.chdir(before);
  }
});

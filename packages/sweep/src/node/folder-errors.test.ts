import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { FolderStore } from './folder-store.js';

/** The error that the next call of a function of `node:fs` throws. */
let failing: { name: string; code: string } | null = null;

vi.mock('node:fs', async (original) => {
  const fs = await original<typeof import('node:fs')>();
  const guarded =
    (name: 'openSync' | 'linkSync' | 'readFileSync') =>
    (...args: never[]) => {
      if (failing?.name === name)
        throw Object.assign(new Error(`${failing.code}: it fails`), { code: failing.code });
      return Reflect.apply(fs[name], fs, args);
    };
  const replaced = {
    openSync: guarded('openSync'),
    linkSync: guarded('linkSync'),
    readFileSync: guarded('readFileSync'),
  };
  return { ...fs, ...replaced, default: { ...fs, ...replaced } };
});

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sweep-errors-'));
});
afterEach(() => {
  failing = null;
  rmSync(folder, { recursive: true, force: true });
});

describe('the errors of a disk', () => {
  it.each([
    ['ENOSPC', 'The disk is full: free some space, and start the worker again.'],
    ['EDQUOT', 'The quota is used up: free some space, and start the worker again.'],
    ['EROFS', 'The disk is read-only: name a folder that can be written.'],
    ['EACCES', 'The folder may not be written: change its rights, or name another one.'],
    ['EIO', 'Name a folder that can be written.'],
  ])('%s is a sentence that says what to do', (code, advice) => {
    const store = new FolderStore(folder);
    failing = { name: 'openSync', code };
    expect(() => store.create(1, 'text\n')).toThrow(
      new Error(
        `The journal's file ${join(folder, 'journal', '000000000001.jsonl')} cannot be written: ${code}: it fails. ${advice}`,
      ),
    );
    failing = null;
    expect(store.create(1, 'text\n')).toBe(true);
  });

  it('is named too where a text cannot be read', () => {
    const store = new FolderStore(folder);
    failing = { name: 'readFileSync', code: 'EIO' };
    expect(() => store.read(1)).toThrow('cannot be read: EIO: it fails. Make it readable.');
    expect(() => store.readSnapshot(1)).toThrow('cannot be read: EIO: it fails. Make it readable.');
  });

  it('renames a folder where the file system has no hard links', () => {
    const store = new FolderStore(folder);
    failing = { name: 'linkSync', code: 'EPERM' };
    expect(store.create(1, 'one\n')).toBe(true);
    expect(store.create(1, 'two\n')).toBe(false);
    expect(store.read(1)).toBe('one\n');
    store.compact(1, 'state');
    expect(store.read(1)).toBeNull();
  });
});

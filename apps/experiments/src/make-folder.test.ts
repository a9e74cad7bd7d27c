import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { platform, tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { makeFolder } from './make-folder.js';

describe('makeFolder', () => {
  it('makes all that is missing, and nothing twice', () => {
    const root = mkdtempSync(join(tmpdir(), 'make-folder-'));
    try {
      makeFolder(join(root, 'a/b/c'));
      makeFolder(join(root, 'a/b/c'));
      expect(statSync(join(root, 'a/b/c')).isDirectory()).toBe(true);
      writeFileSync(join(root, 'file'), '');
      expect(() => makeFolder(join(root, 'file'))).toThrow('EEXIST');
      expect(() => makeFolder(join(root, 'file/below'))).toThrow();
    } finally {
      rmSync(root, { recursive: true });
    }
  });

  it.runIf(platform() === 'linux')('fails where nothing can be made', () => {
    expect(() => makeFolder('/proc/nothing/here')).toThrow(
      'nothing can be made in /proc, which is no place for files',
    );
  });
});

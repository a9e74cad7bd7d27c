import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { writeWhole } from './write-whole.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'write-whole-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('writeWhole', () => {
  it('replaces a file and leaves nothing beside it', () => {
    const path = join(folder, 'a.txt');
    writeWhole(path, 'old');
    writeWhole(path, 'new');
    expect(readFileSync(path, 'utf8')).toBe('new');
    expect(readdirSync(folder)).toEqual(['a.txt']);
  });

  it('throws the first error, with nothing left beside', () => {
    mkdirSync(join(folder, 'a.txt/below'), { recursive: true });
    expect(() => writeWhole(join(folder, 'a.txt'), 'new')).toThrow('rename');
    expect(readdirSync(folder)).toEqual(['a.txt']);
    writeFileSync(join(folder, 'file'), '');
    expect(() => writeWhole(join(folder, 'file/a.txt'), 'new')).toThrow('ENOTDIR: not a directory, open');
  });
});

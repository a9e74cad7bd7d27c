import { copyFile, mkdir, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { elfFile } from '../../fixtures/elf.js';
import { temporaryFolder } from '../../fixtures/machine.js';
import { addonPath } from './addon-path.js';
import { elfLength, isWhole, usesMusl } from './elf.js';

async function file(contents: Uint8Array | string): Promise<string> {
  const path = join(await temporaryFolder(), 'file');
  await writeFile(path, contents);
  return path;
}

describe('elfLength', () => {
  it('is where sections and segments end, whatever is left of the file', async () => {
    const whole = elfFile(1000);
    expect(elfLength(await file(whole))).toBe(1000);
    expect(elfLength(await file(whole.subarray(0, 500)))).toBe(1000);
    // A stripped table of sections leaves the segments.
    const stripped = elfFile(1000, { sections: false });
    expect(elfLength(await file(stripped))).toBe(1000);
    expect(elfLength(await file(Buffer.concat([whole, Buffer.alloc(9)])))).toBe(1000);
  });

  it('is more than any file has for a header of nonsense', async () => {
    const path = await file(Buffer.concat([elfFile(1000).subarray(0, 16), Buffer.alloc(2000, 0xff)]));
    expect(elfLength(path)).toBeGreaterThan(2 ** 53);
  });

  it('is null for what is no such file', async () => {
    for (const contents of ['', '{}', 'x'.repeat(100), elfFile(1000).subarray(0, 63)]) {
      expect(elfLength(await file(contents))).toBe(null);
    }
    expect(elfLength(join(await temporaryFolder(), 'none'))).toBe(null);
  });

  it.runIf(process.platform === 'linux')('is the size of a real addon, whole or cut', async () => {
    const copy = join(await temporaryFolder(), 'copy.node');
    await copyFile(await addonPath(), copy);
    const { size } = await stat(copy);
    expect([elfLength(copy), isWhole(copy)]).toEqual([size, true]);
    await truncate(copy, Math.floor(size / 2));
    expect([elfLength(copy), isWhole(copy)]).toEqual([size, false]);
  });
});

describe('usesMusl', () => {
  it('goes by the loader that the program names', async () => {
    const program = (loader: string) => {
      const bytes = elfFile(300);
      bytes.writeUInt32LE(3, 64);
      bytes.writeBigUInt64LE(200n, 64 + 8);
      bytes.writeBigUInt64LE(50n, 64 + 32);
      bytes.write(loader, 200, 'latin1');
      return file(bytes);
    };
    expect(usesMusl(await program('/lib/ld-musl-x86_64.so.1\0'))).toBe(true);
    expect(usesMusl(await program('/lib64/ld-linux-x86-64.so.2\0'))).toBe(false);
    expect(usesMusl(await file(elfFile(300)))).toBe(false);
    expect(usesMusl(await file('#!/bin/sh'))).toBe(false);
    const folder = join(await temporaryFolder(), 'folder');
    await mkdir(folder);
    expect(usesMusl(join(folder, 'none'))).toBe(false);
  });
});

import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { gunzip, isGzip } from './gunzip.js';

const CONTENTS = Uint8Array.from({ length: 5000 }, (_, i) => (i * i) % 256);
const PACKED = new Uint8Array(gzipSync(CONTENTS));

describe('gunzip', () => {
  test('unpacks', async () => {
    expect(isGzip(PACKED)).toBe(true);
    expect(isGzip(CONTENTS)).toBe(false);
    expect(await gunzip(PACKED, 'f')).toEqual(CONTENTS);
  });

  test('refuses a file that was cut short, wherever', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: PACKED.length - 1 }), async (length) => {
        const reading = gunzip(PACKED.slice(0, length), '/data/f.gz');
        await expect(reading).rejects.toThrow(
          /^\/data\/f\.gz: the gzip data are cut short or damaged \(\d+ bytes; .*\)\. Download the file again\.$/s,
        );
        await expect(reading).rejects.toMatchObject({ code: 'damaged' });
      }),
    );
  });

  test('refuses changed contents, by the checksum', async () => {
    const changed = PACKED.slice();
    const checksum = changed.length - 8;
    changed[checksum] = changed[checksum]! ^ 1;
    await expect(gunzip(changed, 'f.gz')).rejects.toThrow('f.gz: the gzip data are cut short or damaged');
  });
});

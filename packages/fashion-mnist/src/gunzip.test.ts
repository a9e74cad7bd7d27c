import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { gunzip, isGzip } from './gunzip.js';

const CONTENTS = Uint8Array.from({ length: 5000 }, (_, i) => (i * i) % 256);
const PACKED = new Uint8Array(gzipSync(CONTENTS));

/** Returns the size once two bytes are available. */
const whole = (start: Uint8Array) => (start.length < 2 ? null : CONTENTS.length);

describe('gunzip', () => {
  test('unpacks', async () => {
    expect(isGzip(PACKED)).toBe(true);
    expect(isGzip(CONTENTS)).toBe(false);
    expect(await gunzip(PACKED, 'f', whole)).toEqual(CONTENTS);
  });

  test('refuses a file that was cut short, wherever', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: PACKED.length - 1 }), async (length) => {
        const reading = gunzip(PACKED.slice(0, length), '/data/f.gz', whole);
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
    await expect(gunzip(changed, 'f.gz', whole)).rejects.toThrow(
      'f.gz: the gzip data are cut short or damaged',
    );
  });

  test('returns all bytes if there are fewer than stated', async () => {
    expect(await gunzip(PACKED, 'f', () => 6000)).toEqual(CONTENTS);
    expect(await gunzip(PACKED, 'f', () => null)).toEqual(CONTENTS);
  });

  test('unpacks no more than the contents state', async () => {
    const bomb = new Uint8Array(gzipSync(Buffer.alloc(256 * 1024 * 1024)));
    const before = process.memoryUsage().rss;
    let most = 0;
    const watching = setInterval(() => {
      most = Math.max(most, process.memoryUsage().rss - before);
    }, 5);
    await expect(gunzip(bomb, 'f.gz', () => 5000)).rejects.toThrow(
      'f.gz: its header says 5000 bytes, unpacked, but more follow: it has bytes too many. Replace the file',
    );
    clearInterval(watching);
    expect(most).toBeLessThan(64 * 1024 * 1024);
    await expect(gunzip(bomb, 'f.gz', () => 2 ** 33)).rejects.toThrow(
      'f.gz: its header says 8589934592 bytes, unpacked; at most 1073741824 are read. Split the file',
    );
  });
});

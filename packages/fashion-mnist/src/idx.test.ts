import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { idx, imagesFile, labelsFile } from '../fixtures/idx-files.js';
import { parseIdx } from './idx.js';

describe('parseIdx', () => {
  test('reads labels and images as views of the file', () => {
    const labels = parseIdx(labelsFile([3, 1, 9]), 1, 'f');
    expect(labels.shape).toEqual([3]);
    expect(Array.from(labels.data)).toEqual([3, 1, 9]);
    const file = imagesFile(2);
    const images = parseIdx(file, 3, 'f');
    expect(images.shape).toEqual([2, 28, 28]);
    expect(images.data.length).toBe(2 * 784);
    expect(images.data[785]).toBe(785 % 251);
    expect(images.data.buffer).toBe(file.buffer);
  });

  test('reads a file that lies inside a larger buffer', () => {
    const inside = Buffer.concat([Buffer.from([1, 2, 3]), labelsFile([7])]).subarray(3);
    expect(Array.from(parseIdx(inside, 1, 'f').data)).toEqual([7]);
  });

  test.each([
    ['labels where images belong', labelsFile([1]), 3, 'begins with 16 bytes; it has 9'],
    [
      'the magic number of images in labels',
      idx(0x803, [1], [1]),
      1,
      'must be 2049 (unsigned bytes, 1 dimension',
    ],
    ['signed bytes', idx(0x901, [1], [1]), 1, 'it is 2305'],
    ['a web page', Buffer.from('<!doctype html><title>404'), 1, 'it is 1008821359'],
    [
      'too few bytes',
      imagesFile(2).subarray(0, -1),
      3,
      '2 × 28 × 28 = 1568 bytes of data, but 1567 follow: it was cut short',
    ],
    [
      'too many',
      Buffer.concat([labelsFile([1]), Buffer.alloc(2)]),
      1,
      '1 = 1 bytes of data, but 3 follow: it has bytes too many',
    ],
    ['a count beyond what a file can be', idx(0x803, [2 ** 32 - 1, 28, 28], []), 3, 'cut short'],
    ['nothing', Buffer.alloc(0), 1, 'it has 0'],
  ])('refuses %s', (_, bytes, rank, message) => {
    const read = () => parseIdx(bytes, rank, '/data/f');
    expect(read).toThrow(message);
    expect(read).toThrow(/^\/data\/f: .* Replace the file with the published one\.$/);
    expect(read).toThrow(expect.objectContaining({ code: 'damaged' }));
  });

  test('refuses every file that is longer or shorter than its header says', () => {
    const lengths = fc.tuple(fc.nat(50), fc.nat(60)).filter(([stated, present]) => stated !== present);
    fc.assert(
      fc.property(lengths, ([stated, present]) => {
        expect(() => parseIdx(idx(0x801, [stated], new Uint8Array(present)), 1, 'f')).toThrow(
          'bytes of data',
        );
      }),
    );
  });
});

import { readPng } from '@trainkit/testing/tensorboard';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bitmap, type ImageLayout } from './image.js';
import { encodePng } from './png.js';

/** The numbers of an image N, H, W, C in another axis order. */
function arranged(numbers: readonly number[], lengths: Record<string, number>, layout: string): number[] {
  const out: number[] = [];
  const at: Record<string, number> = { N: 0, H: 0, W: 0, C: 0 };
  const walk = (axes: string) => {
    const [axis, ...rest] = axes;
    if (axis === undefined) {
      const row = (at['N']! * lengths['H']! + at['H']!) * lengths['W']! + at['W']!;
      out.push(numbers[row * lengths['C']! + at['C']!]!);
      return;
    }
    for (let i = 0; i < lengths[axis]!; i++) {
      at[axis] = i;
      walk(rest.join(''));
    }
  };
  walk(layout);
  return out;
}

describe('an image', () => {
  it('is the same in every layout', () => {
    const side = fc.integer({ min: 1, max: 5 });
    const image = fc
      .record({ N: fc.integer({ min: 1, max: 19 }), H: side, W: side, C: fc.integer({ min: 1, max: 4 }) })
      .chain((lengths) => {
        const length = lengths.N * lengths.H * lengths.W * lengths.C;
        const bytes = fc.array(fc.integer({ min: 0, max: 255 }), { minLength: length, maxLength: length });
        return fc.record({ lengths: fc.constant(lengths), bytes });
      });
    fc.assert(
      fc.property(image, ({ lengths, bytes }) => {
        const { N, H, W, C } = lengths;
        const columns = Math.min(N, 8);
        const expected = { width: columns * W, height: Math.ceil(N / 8) * H, channels: C };
        for (const layout of ['NHWC', 'NCHW'] as const) {
          const data = Uint8Array.from(arranged(bytes, lengths, layout));
          const shape = [...layout].map((axis) => lengths[axis as 'N' | 'H' | 'W' | 'C']);
          const { pixels, ...size } = bitmap({ data, shape }, layout);
          expect(size).toEqual(expected);
          for (let n = 0; n < N; n++)
            for (let y = 0; y < H; y++)
              for (let x = 0; x < W; x++) {
                const from = ((n * H + y) * W + x) * C;
                const row = Math.floor(n / 8) * H + y;
                const to = (row * size.width + (n % 8) * W + x) * C;
                expect([...pixels.subarray(to, to + C)]).toEqual(bytes.slice(from, from + C));
              }
        }
      }),
      { numRuns: 60 },
    );
  });

  it.each<[ImageLayout | undefined, number[]]>([
    [undefined, [2, 3]],
    ['HW', [2, 3]],
    [undefined, [2, 3, 1]],
    ['HWC', [2, 3, 1]],
    ['CHW', [1, 2, 3]],
    [undefined, [1, 2, 3, 1]],
    ['NCHW', [1, 1, 2, 3]],
  ])('in the layout %s has the shape %j', (layout, shape) => {
    const data = Uint8Array.of(1, 2, 3, 4, 5, 6);
    expect(bitmap({ data, shape }, layout)).toEqual({ width: 3, height: 2, channels: 1, pixels: data });
  });

  it('is from 0 to 1 in floats and from 0 to 255 in integers, and cut off beyond', () => {
    const shape = [1, 5];
    const bytes = (data: number[] | Float32Array | Int32Array | Uint16Array) => [
      ...bitmap({ data, shape }, undefined).pixels,
    ];
    expect(bytes([-1, 0, 0.5, 1, 2])).toEqual([0, 0, 127, 255, 255]);
    expect(bytes(Float32Array.of(-1, 0, 0.5, 1, 2))).toEqual([0, 0, 127, 255, 255]);
    expect(bytes(Int32Array.of(-1, 0, 1, 255, 256))).toEqual([0, 0, 1, 255, 255]);
    expect(bytes(Uint16Array.of(0, 1, 2, 255, 65535))).toEqual([0, 1, 2, 255, 255]);
    const tensor = { shape, dataSync: () => Uint8Array.of(0, 1, 1, 0, 1), dtype: 'bool' };
    expect([...bitmap(tensor, undefined).pixels]).toEqual([0, 255, 255, 0, 255]);
  });

  it('comes back from its PNG', () => {
    const side = fc.integer({ min: 1, max: 20 });
    fc.assert(
      fc.property(
        side,
        side,
        fc.integer({ min: 1, max: 4 }),
        fc.infiniteStream(fc.nat({ max: 255 })),
        (width, height, channels, stream) => {
          const pixels = Uint8Array.from(stream.take(width * height * channels));
          const mode = ['L', 'LA', 'RGB', 'RGBA'][channels - 1];
          expect(readPng(encodePng({ width, height, channels, pixels }))).toEqual({
            mode,
            size: [width, height],
            pixels: [...pixels],
          });
        },
      ),
    );
  });

  it.each<[string, unknown, ImageLayout | undefined, string]>([
    [
      'nothing',
      undefined,
      undefined,
      'addImage: image is undefined; expected a tensor, or { data, shape } with the length of each axis.',
    ],
    [
      'no shape',
      { data: [1] },
      undefined,
      'addImage: image is [object Object]; expected a tensor, or { data, shape } with the length of each axis.',
    ],
    [
      'an empty axis',
      { data: [], shape: [0, 1] },
      undefined,
      'addImage: image is [object Object]; expected a tensor, or { data, shape } with the length of each axis.',
    ],
    [
      'too few numbers',
      { data: [1], shape: [1, 2] },
      undefined,
      'addImage: the image has 1 numbers; expected 2, as its shape [1, 2] holds.',
    ],
    [
      'one axis',
      { data: [1], shape: [1] },
      undefined,
      'addImage: layout is undefined; expected one of HW, HWC, CHW, NHWC, NCHW, with a letter for each axis of the shape [1].',
    ],
    [
      'a layout of another rank',
      { data: [1], shape: [1, 1] },
      'CHW',
      'addImage: layout is "CHW"; expected one of HW, HWC, CHW, NHWC, NCHW, with a letter for each axis of the shape [1, 1].',
    ],
    [
      'PyTorch’s layout unsaid',
      { data: Array(36).fill(0), shape: [1, 6, 6] },
      undefined,
      'addImage: HWC of the shape [1, 6, 6] has 6 channels; expected 1 to 4. Write the layout that the image has.',
    ],
    [
      'NaN',
      { data: [0, Number.NaN], shape: [1, 2] },
      undefined,
      'addImage: pixels[1] is NaN; expected a finite number.',
    ],
    ['texts', { data: ['a'], shape: [1, 1] }, undefined, 'addImage: pixels[0] is "a"; expected a number.'],
  ])('names the fault of %s', (_, image, layout, message) => {
    expect(() => bitmap(image, layout)).toThrow(message);
  });
});

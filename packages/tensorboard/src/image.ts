import { expected, isSize, showShape } from '@trainkit/checks';
import type { Bitmap } from './png.js';
import { finiteNumbers, isTensorLike } from './values.js';

/** The order of the axes: N images, H rows, W columns, C channels. */
export type ImageLayout = 'HW' | 'HWC' | 'CHW' | 'NHWC' | 'NCHW';

/** Pixels in an array; `data` from 0 to 1, or from 0 to 255 in a typed array of integers. */
export interface Pixels {
  /** The numbers, last axis fastest. */
  readonly data: readonly number[] | TypedNumbers;
  /** The length of each axis. */
  readonly shape: readonly number[];
}

/** The typed arrays that hold pixels. */
export type TypedNumbers =
  | Float32Array
  | Float64Array
  | Int32Array
  | Uint8Array
  | Uint8ClampedArray
  | Uint16Array
  | Int16Array
  | Int8Array
  | Uint32Array;

/** The number of images in a row, as in torchvision's make_grid. */
const COLUMNS = 8;

const LAYOUTS: readonly string[] = ['HW', 'HWC', 'CHW', 'NHWC', 'NCHW'] satisfies ImageLayout[];
const BY_RANK: Record<number, ImageLayout> = { 2: 'HW', 3: 'HWC', 4: 'NHWC' };

/** The bitmap of one image, or of several in a grid, eight in a row. */
export function bitmap(image: unknown, layout: ImageLayout | undefined): Bitmap {
  const { numbers, shape, scale } = readImage(image);
  const { images, height, width, channels, strides } = axes(shape, layout);
  if (numbers.length !== images * height * width * channels)
    throw new RangeError(
      `addImage: the image has ${numbers.length} numbers; expected ${images * height * width * channels}, as its ` +
        `shape ${showShape(shape)} holds.`,
    );
  const columns = Math.min(images, COLUMNS);
  const whole = { width: columns * width, height: Math.ceil(images / COLUMNS) * height, channels };
  const pixels = new Uint8Array(whole.width * whole.height * channels);
  for (let n = 0; n < images; n++) {
    const top = Math.floor(n / COLUMNS) * height;
    const left = (n % COLUMNS) * width;
    for (let y = 0; y < height; y++) {
      let to = ((top + y) * whole.width + left) * channels;
      const row = n * strides.n + y * strides.h;
      for (let x = 0; x < width; x++)
        for (let c = 0; c < channels; c++)
          pixels[to++] = byte(numbers[row + x * strides.w + c * strides.c]! * scale);
    }
  }
  return { ...whole, pixels };
}

/** Clamped to the range, then truncated, as in PyTorch. */
function byte(value: number): number {
  return Math.min(Math.max(value, 0), 255);
}

function readImage(image: unknown) {
  const source = typeof image === 'object' && image !== null ? image : {};
  const tensor = isTensorLike(source);
  const shape: unknown = 'shape' in source ? source.shape : undefined;
  const data: unknown = tensor ? source.dataSync() : 'data' in source ? source.data : undefined;
  if (data === undefined || !Array.isArray(shape) || !shape.every(isSize))
    throw new TypeError(
      expected('addImage', 'image', image, 'a tensor, or { data, shape } with the length of each axis'),
    );
  const integers = tensor ? source.dtype === 'int32' : holdsIntegers(data);
  return { numbers: finiteNumbers('addImage', 'pixels', data), shape, scale: integers ? 1 : 255 };
}

function axes(shape: readonly number[], layout: ImageLayout | undefined) {
  const name = layout ?? BY_RANK[shape.length];
  if (name === undefined || !LAYOUTS.includes(name) || name.length !== shape.length)
    throw new RangeError(
      expected(
        'addImage',
        'layout',
        layout,
        `one of ${LAYOUTS.join(', ')}, with a letter for each axis of the shape ${showShape(shape)}`,
      ),
    );
  const axis = (letter: string) => {
    const i = name.indexOf(letter);
    const length = i < 0 ? 1 : shape[i]!;
    return { length, stride: i < 0 ? 0 : shape.slice(i + 1).reduce((product, n) => product * n, 1) };
  };
  const [n, h, w, c] = [axis('N'), axis('H'), axis('W'), axis('C')];
  if (c.length > 4)
    throw new RangeError(
      `addImage: ${name} of the shape ${showShape(shape)} has ${c.length} channels; expected 1 to 4. ` +
        'Write the layout that the image has.',
    );
  return {
    images: n.length,
    height: h.length,
    width: w.length,
    channels: c.length,
    strides: { n: n.stride, h: h.stride, w: w.stride, c: c.stride },
  };
}

function holdsIntegers(data: unknown): boolean {
  return ArrayBuffer.isView(data) && !(data instanceof Float32Array || data instanceof Float64Array);
}

import { show } from '@trainkit/checks';

/** Rows and columns of an image. */
export const SIDE = 28;
/** Pixels of an image. */
export const PIXELS = SIDE * SIDE;

/** Labeled images, all in two arrays: the train set, the test set, or arrays of your own. */
export interface Split {
  /** The pixels, 0 to 255, image by image and row by row: 784 a image, so `length · 784` bytes. */
  readonly images: Uint8Array;
  /** The class of each image, 0 to 9: `length` bytes. */
  readonly labels: Uint8Array;
  /** The number of images. */
  readonly length: number;
}

/** Some images of a {@link Split}, by index: nothing is copied. */
export interface Subset {
  /** Where the images are. */
  readonly split: Split;
  /** Which images of `split`, in the order of the subset. */
  readonly indices: Int32Array;
  /** The number of indices. */
  readonly length: number;
}

/** Throws unless the arrays of a split hold bytes and have the lengths that it states. */
export function checkSplit(where: string, { images, labels, length }: Split): void {
  // Pixels look up their normalized value by their byte: a float would find none, and become NaN.
  for (const [name, array] of Object.entries({ images, labels })) {
    if (array instanceof Uint8Array) continue;
    throw new TypeError(
      `${where}: ${name} of a split is a Uint8Array (pixels from 0 to 255, not yet normalized; labels from 0 to 9); ` +
        `received ${describe(array)}.`,
    );
  }
  if (
    Number.isSafeInteger(length) &&
    length >= 0 &&
    images.length === length * PIXELS &&
    labels.length === length
  ) {
    return;
  }
  throw new RangeError(
    `${where}: a split of n images has n · 784 pixels in images and n labels; received length ${length}, ` +
      `${images.length} pixels and ${labels.length} labels.`,
  );
}

/** A value for an error; of a list, which may have thousands of elements, only that it is one. */
export function describe(value: unknown): string {
  return Array.isArray(value) ? 'an Array' : show(value);
}

/** Where a `DataLoader` is: plain JSON. */
export interface DataLoaderState {
  /** The seed of the epoch's permutation, in decimal digits (it may exceed 2⁵³); null if there is none. */
  samplerSeed: string | null;
  /** How many epochs were begun before this one. */
  epoch: number;
  /** How many batches of this epoch were handed out. */
  next: number;
  /** Images a batch: `next` means another place with another size. */
  batchSize: number;
  /** Images an epoch: a permutation of another length is another permutation. */
  images: number;
}

/** What a state must fit. */
interface Expected {
  shuffle: boolean;
  batches: number;
  batchSize: number;
  images: number;
}

/** Throws unless `state` can be the state of a loader of this form. */
export function checkState(state: DataLoaderState, expected: Expected): void {
  if (typeof state !== 'object' || state === null) {
    throw new RangeError(`DataLoader.restore: pass what state() returned; received ${state}.`);
  }
  const { samplerSeed, epoch, next, batchSize, images } = state;
  const wrong =
    images !== expected.images
      ? `it belongs to ${images} images; this loader has ${expected.images}`
      : batchSize !== expected.batchSize
        ? `it counts batches of ${batchSize}; this loader's batchSize is ${expected.batchSize}`
        : !(Number.isSafeInteger(epoch) && epoch >= 0)
          ? `epoch must be a whole number from 0 on (received ${epoch})`
          : !(Number.isSafeInteger(next) && next >= 0 && next <= expected.batches)
            ? `next must be a whole number from 0 to ${expected.batches}, the batches an epoch (received ${next})`
            : samplerSeed !== null && !isSeed(samplerSeed)
              ? `samplerSeed must be null or the digits of a whole number below 2⁶³ (received ${samplerSeed})`
              : expected.shuffle && samplerSeed === null && next > 0
                ? 'it has no samplerSeed, so it comes from a loader without shuffle'
                : !expected.shuffle && samplerSeed !== null
                  ? 'it has a samplerSeed, so it comes from a loader with shuffle'
                  : null;
  if (wrong !== null) throw new RangeError(`DataLoader.restore: this state does not fit: ${wrong}.`);
}

function isSeed(value: string): boolean {
  return typeof value === 'string' && /^\d{1,19}$/.test(value) && BigInt(value) < 2n ** 63n;
}

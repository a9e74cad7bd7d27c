import { show } from '@trainkit/checks';

/** The data folder of Zalando's repository, the only one that pages of other origins can read. */
export const REPOSITORY =
  'https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/';

/**
 * The default mirrors, encrypted ones first; the last one is not encrypted, but its files are
 * checked by MD5 like all others.
 */
export const DEFAULT_MIRRORS: readonly string[] = [
  REPOSITORY,
  'https://storage.googleapis.com/tensorflow/tf-keras-datasets/',
  'http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/',
];

/**
 * The mirrors as absolute addresses that end in a slash; relative ones are resolved against `page`.
 */
export function resolveMirrors(mirrors: readonly string[], page?: string): string[] {
  if (!Array.isArray(mirrors)) {
    throw new TypeError(
      `loadFashionMnist: mirrors is a list of addresses; received ${show(mirrors)}. Write [${show(mirrors)}].`,
    );
  }
  if (mirrors.length === 0) {
    throw new RangeError(
      'loadFashionMnist: mirrors is empty: name at least one base address, or leave it out.',
    );
  }
  return mirrors.map((mirror: unknown) => {
    const text = typeof mirror === 'string' ? mirror : '';
    const address = text.endsWith('/') ? text : `${text}/`;
    if (typeof mirror !== 'string' || !URL.canParse(address, page)) {
      throw new TypeError(
        `loadFashionMnist: mirrors are addresses of folders, such as ${JSON.stringify(REPOSITORY)}; ` +
          `received ${show(mirror)}.`,
      );
    }
    return new URL(address, page).href;
  });
}

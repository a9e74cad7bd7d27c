import { FashionMnistError, messageOf } from './errors.js';
import type { DataFile } from './files.js';
import { REPOSITORY } from './mirrors.js';
import { publishedForm } from './published.js';

/** Options of {@link download}. */
export interface DownloadOptions {
  /** Absolute base addresses that end in a slash. */
  mirrors: readonly string[];
  /**
   * The time in milliseconds without a byte, or with fewer than 2 KiB a second, after which the
   * next mirror is tried.
   */
  stallTimeout: number;
  /** Receives the number of the file's bytes from the current mirror. */
  onReceived: (bytes: number, url: string) => void;
  signal: AbortSignal | undefined;
}

/** A published file, and its address on the mirror. */
export interface Download {
  bytes: Uint8Array<ArrayBuffer>;
  url: string;
}

const LONGEST_TIMEOUT = 2 ** 31 - 1;

/**
 * The lowest average rate of a mirror over each `stallTimeout`, in bytes a second: all files then
 * take at most four hours.
 */
const SLOWEST_RATE = 2048;

/** The failure of one mirror, after which the next one is tried. */
class MirrorFailure extends Error {}

/**
 * Fetches a file from the first mirror that provides the published bytes; other bytes are never
 * returned.
 */
export async function download(file: DataFile, options: DownloadOptions): Promise<Download> {
  const failures: string[] = [];
  for (const mirror of options.mirrors) {
    const url = `${mirror}${file.name}.gz`;
    try {
      return { bytes: await fetchPublished(file, url, options), url };
    } catch (error) {
      if (!(error instanceof MirrorFailure)) throw error;
      failures.push(`  ${url}: ${error.message}`);
    }
  }
  throw new FashionMnistError(
    'unreachable',
    `Fashion-MNIST could not be downloaded. No mirror gave ${file.name}.gz:\n${failures.join('\n')}\n` +
      `Try again with a network; or fetch the four .gz files of ${REPOSITORY} by other means and ` +
      'pass their folder as dir or in FASHION_MNIST_DIR (in a browser: serve them and pass mirrors).',
  );
}

async function fetchPublished(
  file: DataFile,
  url: string,
  { stallTimeout, onReceived, signal }: DownloadOptions,
): Promise<Uint8Array<ArrayBuffer>> {
  signal?.throwIfAborted();
  const abandon = new AbortController();
  const either = signal === undefined ? abandon.signal : AbortSignal.any([signal, abandon.signal]);
  // A longer time overflows the timer, which then fires at once.
  const after = Math.min(stallTimeout, LONGEST_TIMEOUT);
  let gaveUp: string | null = null;
  const giveUp = (why: string) => {
    gaveUp ??= why;
    abandon.abort();
  };
  let timer: ReturnType<typeof setTimeout> | undefined;
  /** Waits for the network, at most `stallTimeout`; a failure counts as the mirror's. */
  const wait = async <T>(action: Promise<T>, when: string): Promise<T> => {
    timer = setTimeout(() => giveUp(`nothing came for ${stallTimeout} ms`), after);
    try {
      return await action;
    } catch (error) {
      signal?.throwIfAborted();
      throw new MirrorFailure(`${when} (${gaveUp ?? messageOf(error)})`, { cause: error });
    } finally {
      clearTimeout(timer);
    }
  };
  try {
    // The bytes are stored in a cache of this package, by their MD5; an HTTP cache could only
    // contain wrong ones.
    const response = await wait(fetch(url, { signal: either, cache: 'no-store' }), 'no answer');
    if (!response.ok) throw new MirrorFailure(`HTTP ${response.status} ${response.statusText}`.trimEnd());
    const pace = watchPace(after, giveUp);
    const bytes = await readBody(response, file, wait, (received) => {
      pace.note(received);
      onReceived(received, url);
    }).finally(pace.end);
    if ((await publishedForm(file, bytes)) === null) {
      throw new MirrorFailure(
        `sent ${bytes.length} bytes that are not the file (${file.packed.size} bytes with MD5 ${file.packed.md5})`,
      );
    }
    return bytes;
  } finally {
    // Releases a connection whose body was not read to its end.
    abandon.abort();
  }
}

async function readBody(
  response: Response,
  file: DataFile,
  wait: <T>(action: Promise<T>, when: string) => Promise<T>,
  onReceived: (bytes: number) => void,
): Promise<Uint8Array<ArrayBuffer>> {
  // The larger size of the two valid forms.
  const limit = file.unpacked.size;
  const chunks: Uint8Array[] = [];
  let received = 0;
  const reader = response.body?.getReader();
  while (reader !== undefined) {
    const when = `broke off after ${received} of ${file.packed.size} bytes`;
    const { done, value } = await wait(reader.read(), when);
    if (done) break;
    received += value.length;
    if (received > limit) throw new MirrorFailure(`sent more than ${limit} bytes, so it is not the file`);
    chunks.push(value);
    onReceived(received);
  }
  const bytes = new Uint8Array(received);
  let place = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, place);
    place += chunk.length;
  }
  return bytes;
}

/**
 * Calls `giveUp` as soon as too few bytes arrived in `after` milliseconds. It detects a mirror that
 * sends single bytes, each of which prevents a stall.
 */
function watchPace(
  after: number,
  giveUp: (why: string) => void,
): { note: (received: number) => void; end: () => void } {
  let all = 0;
  let before = 0;
  const timer = setInterval(() => {
    if (all - before < (SLOWEST_RATE * after) / 1000)
      giveUp(`only ${all - before} bytes came in ${after} ms`);
    before = all;
  }, after);
  return {
    note: (received) => {
      all = received;
    },
    end: () => clearInterval(timer),
  };
}

import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream } from 'node:stream/web';
import { errorMessage } from '@trainkit/checks';
import { makeFolder } from '@trainkit/checks/files';
import type { Staging } from '@trainkit/native/build';
import { extract } from 'tar';
import { TFJS_NODE_VERSION } from './cache-dir.js';
import { checkPin, pinOf } from './pins.js';
import type { ProgressReporter } from './progress.js';

/** The TensorFlow that tfjs-node's own install downloads. */
export const CDN_TENSORFLOW_VERSION = '2.9.1';

/** Options of {@link downloadFromCdn}. */
export interface CdnOptions {
  /** True to accept a file whose digest is not known. Default false. */
  allowUnpinned?: boolean | undefined;
  /**
   * True to accept a file over a connection without protection from changes on the way. Default
   * false.
   */
  allowHttp?: boolean | undefined;
  onProgress?: ProgressReporter | undefined;
  signal?: AbortSignal | undefined;
  /**
   * Milliseconds without data, or with fewer than 2 KiB a second, after which the download fails.
   * Default 30,000.
   */
  stallMs?: number | undefined;
}

/** Milliseconds within which a server must answer; one that does not counts as unreachable. */
const ANSWER_MS = 5_000;
const STALL_MS = 30_000;

/** The lowest average rate of a server over each {@link STALL_MS}, in bytes a second. */
const SLOWEST_RATE = 2048;

/** The size limit of an archive in bytes; the library's has 120 MB. */
const LARGEST = 1e9;

const MOST_REDIRECTS = 5;

/**
 * The addresses that tfjs-node's own install downloads from; its environment variables for mirrors
 * apply.
 */
export function cdnUrls(env: NodeJS.ProcessEnv = process.env): { library: string; addon: string } {
  const named = env['TFJS_NODE_CDN_STORAGE'] || env['npm_config_TFJS_NODE_CDN_STORAGE'] || env['CDN_STORAGE'];
  const host = named ? named.replace(/\/*$/, '/') : 'https://storage.googleapis.com/';
  const base =
    env['TFJS_NODE_BASE_URI'] ||
    env['npm_config_TFJS_NODE_BASE_URI'] ||
    `${host}tensorflow/libtensorflow/libtensorflow-`;
  return {
    library: `${base}cpu-linux-x86_64-${CDN_TENSORFLOW_VERSION}.tar.gz`,
    addon: `${host}tf-builds/pre-built-binary/napi-v8/${TFJS_NODE_VERSION}/CPU-linux-${TFJS_NODE_VERSION}.tar.gz`,
  };
}

/**
 * Downloads the files of tfjs-node's own install into `out`: the addon into `lib/napi-v8`, and the
 * library into `deps/lib`, where the addon looks for it. There are builds for Linux on x64 only.
 *
 * Each archive must have its known digest before it is unpacked. No digest of the addon is known,
 * so it is accepted only with `allowUnpinned`.
 */
export async function downloadFromCdn({ out, scratch }: Staging, options: CdnOptions = {}): Promise<void> {
  const { library, addon } = cdnUrls();
  const downloads = [
    // The small archive first, so that an unreachable server is noticed at once.
    { url: addon, pin: pinOf('tfjs-node addon 4.22.0 (linux x64)'), file: join(scratch, 'addon.tar.gz') },
    { url: library, pin: pinOf('libtensorflow 2.9.1 (linux x64)'), file: join(scratch, 'library.tar.gz') },
  ] as const;
  for (const { url, pin } of downloads) {
    checkProtocol(url, options);
    if (pin !== null || options.allowUnpinned === true) continue;
    throw new Error(
      `${url}: no SHA-256 of this file is known, so it could be anybody's. Where you trust the server, take it by --allow-unpinned (allowUnpinned: true)`,
    );
  }
  for (const { url, pin, file } of downloads) {
    await downloadTo(file, url, options);
    if (pin !== null) checkPin(url, file, pin);
  }
  const [addonFile, libraryFile] = downloads;
  await unpack(addonFile, join(out, 'lib', 'napi-v8'), { strip: 1 });
  await unpack(libraryFile, join(out, 'deps'), { filter: (path) => /^(\.\/)?lib\//.test(path) });
}

async function unpack(
  { url, file }: { url: string; file: string },
  cwd: string,
  options: { strip?: number; filter?: (path: string) => boolean },
): Promise<void> {
  makeFolder(cwd);
  try {
    await extract({ file, cwd, strict: true, ...options });
  } catch (cause) {
    throw new Error(`${url} cannot be unpacked: ${errorMessage(cause)}`, { cause });
  }
}

function checkProtocol(url: string, { allowHttp = false }: CdnOptions): void {
  const { protocol } = new URL(url);
  if (protocol === 'https:' || (protocol === 'http:' && allowHttp)) return;
  throw new Error(
    `${url}: ${protocol.slice(0, -1)} is not protected from changes on the way; expected https. Where you trust the network, take it by --allow-http (allowHttp: true)`,
  );
}

async function downloadTo(file: string, url: string, options: CdnOptions): Promise<void> {
  const { onProgress, signal, stallMs = STALL_MS } = options;
  const stalled = new AbortController();
  const stop = (ms: number) =>
    setTimeout(() => stalled.abort(new Error(`no answer within ${ms / 1000} s`)), ms);
  let timer = stop(ANSWER_MS);
  let done = 0;
  let before = 0;
  const pace = setInterval(() => {
    if (before > 0 && done - before < (SLOWEST_RATE * stallMs) / 1000)
      stalled.abort(new Error(`only ${done - before} bytes came in ${stallMs / 1000} s`));
    before = done;
  }, stallMs);
  const either = AbortSignal.any(signal ? [signal, stalled.signal] : [stalled.signal]);
  try {
    const response = await follow(url, either, options);
    if (!response.ok || response.body === null) throw new Error(`HTTP ${response.status}`);
    const total = Number(response.headers.get('content-length')) || undefined;
    const meter = new Transform({
      transform(chunk: Buffer, _encoding, next) {
        clearTimeout(timer);
        timer = stop(stallMs);
        done += chunk.length;
        onProgress?.({ step: "Downloading tfjs-node's own build", done, ...(total && { total }) });
        next(done > LARGEST ? new Error(`it has more than ${LARGEST} bytes`) : null, chunk);
      },
    });
    await pipeline(Readable.fromWeb(response.body as ReadableStream), meter, createWriteStream(file), {
      signal: either,
    });
  } catch (error) {
    signal?.throwIfAborted();
    const cause =
      error instanceof Error && error.cause !== undefined ? ` (${errorMessage(error.cause)})` : '';
    const reason = stalled.signal.aborted ? errorMessage(stalled.signal.reason) : errorMessage(error) + cause;
    throw new Error(`${url}: ${reason}`, { cause: error });
  } finally {
    clearTimeout(timer);
    clearInterval(pace);
  }
}

/** Follows redirects one by one, since none may lead from https to http. */
async function follow(url: string, signal: AbortSignal, options: CdnOptions): Promise<Response> {
  let at = url;
  for (let redirects = 0; redirects <= MOST_REDIRECTS; redirects++) {
    checkProtocol(at, options);
    const response = await fetch(at, { signal, redirect: 'manual' });
    const location = response.headers.get('location');
    if (response.status < 300 || response.status >= 400 || location === null) return response;
    await response.body?.cancel();
    at = new URL(location, at).href;
  }
  throw new Error(`it leads on more than ${MOST_REDIRECTS} times`);
}

import { join } from 'node:path';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream } from 'node:stream/web';
import { errorMessage } from '@trainkit/checks';
import { makeFolder } from '@trainkit/checks/files';
import { extract } from 'tar';
import { TFJS_NODE_VERSION } from './cache-dir.js';
import type { ProgressReporter } from './progress.js';

/** The TensorFlow that tfjs-node's own install downloads. */
export const CDN_TENSORFLOW_VERSION = '2.9.1';

/** Options of {@link downloadFromCdn}. */
export interface CdnOptions {
  onProgress?: ProgressReporter | undefined;
  signal?: AbortSignal | undefined;
}

/** How long the server may take to answer, and to send the next piece, before it counts as out of reach. */
const ANSWER_MS = 5_000;
const STALL_MS = 30_000;

/** Where tfjs-node's own install downloads from; its variables for mirrors count here too. */
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
 * Downloads what tfjs-node's own install would, into `out`: the addon into `lib/napi-v8`, the library into
 * `deps/lib`, where the addon looks for it. There are builds for Linux on x64 alone.
 */
export async function downloadFromCdn(out: string, { onProgress, signal }: CdnOptions = {}): Promise<void> {
  const { library, addon } = cdnUrls();
  const cancel = { signal, onProgress };
  // The small one first: where the server is out of reach, that is known at once.
  await unpackFrom(addon, join(out, 'lib', 'napi-v8'), { strip: 1 }, cancel);
  await unpackFrom(library, join(out, 'deps'), { filter: (path) => /^(\.\/)?lib\//.test(path) }, cancel);
}

async function unpackFrom(
  url: string,
  cwd: string,
  options: { strip?: number; filter?: (path: string) => boolean },
  { onProgress, signal }: CdnOptions,
): Promise<void> {
  makeFolder(cwd);
  const stalled = new AbortController();
  const stop = (ms: number) =>
    setTimeout(() => stalled.abort(new Error(`no answer within ${ms / 1000} s`)), ms);
  let timer = stop(ANSWER_MS);
  const either = AbortSignal.any(signal ? [signal, stalled.signal] : [stalled.signal]);
  try {
    const response = await fetch(url, { signal: either });
    if (!response.ok || response.body === null) throw new Error(`HTTP ${response.status}`);
    const total = Number(response.headers.get('content-length')) || undefined;
    let done = 0;
    const meter = new Transform({
      transform(chunk: Buffer, _encoding, next) {
        clearTimeout(timer);
        timer = stop(STALL_MS);
        done += chunk.length;
        onProgress?.({ step: "Downloading tfjs-node's own build", done, ...(total && { total }) });
        next(null, chunk);
      },
    });
    await pipeline(
      Readable.fromWeb(response.body as ReadableStream),
      meter,
      extract({ cwd, strict: true, ...options }),
      {
        signal: either,
      },
    );
  } catch (error) {
    signal?.throwIfAborted();
    const cause =
      error instanceof Error && error.cause !== undefined ? ` (${errorMessage(error.cause)})` : '';
    const reason = stalled.signal.aborted ? errorMessage(stalled.signal.reason) : errorMessage(error) + cause;
    throw new Error(`${url}: ${reason}`, { cause: error });
  } finally {
    clearTimeout(timer);
  }
}

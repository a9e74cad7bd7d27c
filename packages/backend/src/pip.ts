import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { errorMessage, errorReason } from '@trainkit/checks';
import { findPip, run } from '@trainkit/native/build';
import type { ProgressReporter } from './progress.js';

/** Options of {@link downloadWheel}. */
export interface DownloadWheelOptions {
  /** The Python whose pip downloads; default the first of python3 and python that has pip. */
  python?: string | undefined;
  /** Called with the progress of the download. */
  onProgress?: ProgressReporter | undefined;
  /** Stops when it aborts. */
  signal?: AbortSignal | undefined;
}

/**
 * The Python version of the wheel. It never runs, but pip needs one that TensorFlow is built for.
 */
const WHEEL_PYTHON = '3.11';

/** Finds the pip that downloads TensorFlow's wheel, with `findPip` of `@trainkit/native/build`. */
export async function findWheelPip(
  python: string | undefined,
  signal?: AbortSignal,
): Promise<{ python: string; version: string }> {
  try {
    return await findPip(python, signal);
  } catch (error) {
    signal?.throwIfAborted();
    throw new Error(`${errorReason(error)}, name one by --python, or give a downloaded wheel by --from`, {
      cause: error,
    });
  }
}

/**
 * The project on the package index with TensorFlow's library for this processor, without GPU
 * support.
 */
export function wheelProject(arch: string = process.arch): string {
  return arch === 'arm64' ? 'tensorflow-cpu-aws' : 'tensorflow-cpu';
}

/**
 * Downloads TensorFlow's wheel into `scratch` with the user's own pip, index and settings, and
 * resolves to its path. pip compares it with the hash that the index states.
 */
export async function downloadWheel(
  version: string,
  scratch: string,
  { python, onProgress, signal }: DownloadWheelOptions = {},
): Promise<string> {
  const pip = await findWheelPip(python, signal);
  const step = `Downloading TensorFlow ${version}`;
  let total: number | undefined;
  const requirement = `${wheelProject()}==${version}`;
  const args = [
    '-m',
    'pip',
    'download',
    '--no-deps',
    '--only-binary=:all:',
    '--python-version',
    WHEEL_PYTHON,
  ];
  const ended = new AbortController();
  // Without a terminal pip prints no progress; the size of its temporary files shows it.
  const watching = watch(scratch, ended.signal, (bytes) => {
    // While pip moves the file out of its temporary folder, it exists twice.
    onProgress?.(total === undefined ? { step, done: bytes } : { step, done: Math.min(bytes, total), total });
  });
  try {
    await run(pip.python, [...args, '--disable-pip-version-check', '--dest', scratch, requirement], {
      // On the disk of the destination, since /tmp may be small.
      env: { TMPDIR: scratch },
      signal,
      onLine(line) {
        const size = /\(([\d.]+) MB\)/.exec(line)?.[1];
        if (size !== undefined) total = Number(size) * 1e6;
      },
    });
  } catch (error) {
    signal?.throwIfAborted();
    throw new Error(
      `pip could not download ${requirement}: ${errorMessage(error)}\nSee that \`${pip.python} -m pip download ${requirement}\` works here (index, proxy, certificates), or give a downloaded wheel by --from.`,
      { cause: error },
    );
  } finally {
    ended.abort();
    await watching;
  }
  const wheel = (await readdir(scratch)).find((name) => name.endsWith('.whl'));
  if (wheel === undefined) throw new Error(`pip said that it downloaded ${requirement}, but left no wheel`);
  return join(scratch, wheel);
}

/** Reports the size of a folder as it grows, until `ended`. */
async function watch(folder: string, ended: AbortSignal, onBytes: (bytes: number) => void): Promise<void> {
  let most = 0;
  while (!ended.aborted) {
    // pip removes its temporary file after moving it; the progress does not go back.
    most = Math.max(most, await bytesIn(folder));
    onBytes(most);
    await sleep(250, undefined, { signal: ended }).catch(() => {});
  }
}

async function bytesIn(folder: string): Promise<number> {
  let bytes = 0;
  // Files appear and disappear meanwhile; a file that is gone counts as 0.
  const entries = await readdir(folder, { withFileTypes: true, recursive: true }).catch(() => []);
  for (const entry of entries) {
    if (!entry.isFile()) continue;
    bytes += (await stat(join(entry.parentPath ?? entry.path, entry.name)).catch(() => ({ size: 0 }))).size;
  }
  return bytes;
}

import { chmodSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { errorMessage } from '@trainkit/checks';
import { isPresent } from '@trainkit/checks/files';
import { checkKind } from './check-kind.js';
import type { Compiler } from './compiler.js';
import { findPip } from './pip.js';
import { run } from './run.js';
import { publishFolder, type Staging } from './staging.js';

/**
 * The version of the package `ziglang` of the Python package index: a C++ compiler for every
 * platform in one wheel.
 */
const ZIG_VERSION = '0.17.1';

/**
 * The SHA-256 of its wheels for Linux (x64, arm64), macOS (arm64) and Windows (x64): no index is
 * believed.
 */
const ZIG_WHEELS: readonly string[] = [
  'ea6cc5d87b033cf0aedfbc8f9549a908cae6c50ac31f1698188fa48a74524b54',
  'b7c5f02fccd40f89b999ee16a1f5ddced56e6182370f8affe494bcf8a28cf07e',
  '09953b6af7f64168b915180a42774f520f92d86ef6331b28e33915c7e1f0bb23',
  '69c3dfc3aff6a297ec4017aa904782c0e450eb988982d7f675d83edce27526fb',
];

/** The note of a download that failed; `trainkit-native` removes notes of this kind. */
const FAILURE_NOTE = 'zig-tried-in-vain';
const DAY_MS = 24 * 60 * 60 * 1000;

/** Options of {@link provideZig}. */
export interface ProvideZigOptions {
  /** Tries a download that failed within the last day; default false. */
  retry?: boolean | undefined;
  /** Called before a download of 100 MB. */
  onDownload?: (() => void) | undefined;
  /** Ends it when it aborts. */
  signal?: AbortSignal | undefined;
}

/**
 * The C++ compiler of zig: from the cache folder, from Python's package `ziglang`, or downloaded by
 * pip into the cache folder. What pip downloads runs without Python.
 *
 * @throws Error where it cannot be had
 */
export async function provideZig(root: string, options: ProvideZigOptions = {}): Promise<Compiler> {
  const { retry = false, onDownload, signal } = options;
  const name = `zig-${ZIG_VERSION}`;
  const program = programIn(join(root, name));
  checkKind(program, 'file');
  if (!isPresent(program)) {
    const installed = await findInstalled(signal);
    if (installed !== undefined) return installed;
    const note = join(root, FAILURE_NOTE);
    if (!retry && isRecent(note)) {
      throw new Error(
        'zig could not be downloaded within the last day (`npx trainkit-native` tries it once more)',
      );
    }
    const { python } = await findPip(undefined, signal);
    onDownload?.();
    const isComplete = (folder: string) => isPresent(programIn(folder));
    try {
      await publishFolder(root, name, (staging) => download(python, staging, signal), {
        isComplete,
        force: false,
      });
      rmSync(note, { recursive: true, force: true });
    } catch (error) {
      signal?.throwIfAborted();
      remember(note, errorMessage(error));
      throw error;
    }
  }
  return { compiler: program, args: ['c++'], version: `zig ${ZIG_VERSION}` };
}

/** The variables that keep what zig compiles for itself in the cache folder. */
export function zigEnvironment(root: string): NodeJS.ProcessEnv {
  const folder = join(root, 'zig-cache');
  return { ZIG_GLOBAL_CACHE_DIR: folder, ZIG_LOCAL_CACHE_DIR: folder };
}

function programIn(folder: string): string {
  return join(folder, 'ziglang', process.platform === 'win32' ? 'zig.exe' : 'zig');
}

/** The zig that a Python of this machine has. */
async function findInstalled(signal: AbortSignal | undefined): Promise<Compiler | undefined> {
  for (const compiler of ['python3', 'python']) {
    try {
      const version = (await run(compiler, ['-m', 'ziglang', 'version'], { signal })).trim();
      return { compiler, args: ['-m', 'ziglang', 'c++'], version: `zig ${version}` };
    } catch {
      signal?.throwIfAborted();
    }
  }
  return undefined;
}

async function download(
  python: string,
  { out, scratch }: Staging,
  signal: AbortSignal | undefined,
): Promise<void> {
  const requirements = join(scratch, 'requirements.txt');
  const hashes = ZIG_WHEELS.map((hash) => `--hash=sha256:${hash}`);
  writeFileSync(requirements, `${[`ziglang==${ZIG_VERSION}`, ...hashes].join(' ')}\n`);
  const args = [
    ...['-m', 'pip', 'install', '--disable-pip-version-check', '--no-deps', '--only-binary=:all:'],
    ...['--no-compile', '--require-hashes', '--target', out, '--requirement', requirements],
  ];
  // On the disk where it is going to stay: /tmp may be small.
  await run(python, args, { env: { TMPDIR: scratch }, signal });
  if (process.platform !== 'win32') chmodSync(programIn(out), 0o755);
}

function isRecent(note: string): boolean {
  const found = statSync(note, { throwIfNoEntry: false });
  return found !== undefined && Date.now() - found.mtimeMs < DAY_MS;
}

function remember(note: string, why: string): void {
  try {
    writeFileSync(note, `${why}\n`);
  } catch {
    // Where nothing can be written, the next call tries it again.
  }
}

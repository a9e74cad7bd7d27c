import { join } from 'node:path';
import { checkOptions, errorMessage, type OptionNames } from '@trainkit/checks';
import { sweepTemporary } from '@trainkit/checks/files';
import { nativeRoot } from './cache-folder.js';
import { type CachedAddon, cacheName, findCached, recordBuild, removeOldBuilds } from './cached-addon.js';
import { type CompileOptions, compileAddon } from './compile.js';
import { CompilerMissing, findCompiler } from './compiler.js';
import { exclusively } from './exclusively.js';
import { thisPlatform } from './platforms.js';
import { ADDON, findPrebuilt } from './prebuilt.js';
import { isStrict, sourcesDigest } from './sources.js';
import { makeRoot, publishFolder } from './staging.js';
import { ownTargets, targetsOf } from './targets.js';
import { provideZig, zigEnvironment } from './zig.js';

/** An addon that can be loaded. */
export interface FoundAddon {
  /** The file. */
  path: string;
  /** `package`: a prebuilt one that npm installed; `cache`: compiled on this machine. */
  from: 'package' | 'cache';
  /** The version of the compiler, of an addon in the cache folder. */
  compiler?: string | undefined;
}

/** Options of {@link provideAddon}. */
export interface ProvideAddonOptions {
  /** The cache folder, default the user's. */
  dir?: string | undefined;
  /** Compiles an addon even where one is there; default false. */
  force?: boolean | undefined;
  /** Takes a prebuilt addon where one is installed; default true. */
  prebuilt?: boolean | undefined;
  /** Takes the machine's own compiler or none: zig is not downloaded. Default true. */
  download?: boolean | undefined;
  /** Tries a download that failed within the last day; default false. */
  retry?: boolean | undefined;
  /** Called with what happens, a few words, before the first wait or download. */
  onStep?: ((step: string) => void) | undefined;
  /** Called before the first translation unit is compiled, and after each. */
  onProgress?: ((done: number, total: number) => void) | undefined;
  /** Ends it when it aborts; nothing half-done stays. */
  signal?: AbortSignal | undefined;
}

/** Options of {@link findAddon}. */
export type FindAddonOptions = Pick<ProvideAddonOptions, 'dir' | 'prebuilt'>;

const FIND_OPTIONS: OptionNames<FindAddonOptions> = { dir: true, prebuilt: true };

const OPTIONS: OptionNames<ProvideAddonOptions> = {
  ...FIND_OPTIONS,
  force: true,
  download: true,
  retry: true,
  onStep: true,
  onProgress: true,
  signal: true,
};

/**
 * The addon of this version that is there: the prebuilt one, else the one in the cache folder.
 * Nothing is loaded.
 */
export function findAddon(options: FindAddonOptions = {}): FoundAddon | undefined {
  const { dir, prebuilt = true } = checkOptions('findAddon', options, FIND_OPTIONS);
  const digest = sourcesDigest();
  const path = prebuilt ? findPrebuilt(digest) : undefined;
  if (path !== undefined) return { path, from: 'package' };
  return fromCache(findCached(join(nativeRoot(dir), cacheName(digest))));
}

/**
 * The addon of this version: the prebuilt one, else the one in the cache folder, else compiled into
 * it by the C++ compiler of this machine or by zig. Processes that do so at once compile it once.
 *
 * @throws Error where there is no compiler, or the processor's architecture has no kernels
 */
export async function provideAddon(options: ProvideAddonOptions = {}): Promise<FoundAddon> {
  const { dir, prebuilt, force = false, onStep, signal } = checkOptions('provideAddon', options, OPTIONS);
  const there = force ? undefined : findAddon({ dir, prebuilt });
  if (there !== undefined) return there;
  if (targetsOf(process.arch).length === 0) {
    throw new Error(
      `the addon has no kernels for the architecture ${process.arch}; it has some for x64 and arm64`,
    );
  }
  if (ownTargets().length === 0) {
    throw new Error('this processor lacks AVX2 or FMA, which the addon needs; the backend wasm runs on it');
  }
  const root = nativeRoot(dir);
  const name = cacheName(sourcesDigest());
  makeRoot(root);
  let compiled = false;
  await exclusively(
    join(root, `${name}.lock`),
    {
      isNeeded: () => !compiled && (force || findCached(join(root, name)) === undefined),
      onWait: () => onStep?.('Waiting for the process that compiles the native backend'),
      signal,
    },
    async () => {
      sweepTemporary(root);
      await publishAddon(root, name, options);
      compiled = true;
      removeOldBuilds(root, name);
    },
  );
  const addon = fromCache(findCached(join(root, name)));
  if (addon === undefined) throw new Error(`the addon in ${join(root, name)} was removed at once`);
  return addon;
}

/**
 * Publishes the addon that the machine's own compiler makes, or zig where there is none or it
 * fails.
 */
async function publishAddon(root: string, name: string, options: ProvideAddonOptions): Promise<void> {
  const { download = true, signal } = options;
  try {
    const compiler = await findCompiler(signal);
    return await publishCompiled(root, name, { compiler }, options);
  } catch (error) {
    signal?.throwIfAborted();
    const isNamed = Boolean(process.env['CXX']?.trim());
    // A compiler that a person has named is not replaced by another one.
    if (!download || isNamed || isStrict() || thisPlatform() === undefined) throw error;
    await publishZigs(root, name, error, options);
  }
}

/** @throws CompilerMissing of one sentence where zig is not to be had or fails as well */
async function publishZigs(
  root: string,
  name: string,
  failure: unknown,
  options: ProvideAddonOptions,
): Promise<void> {
  const { retry, onStep, signal } = options;
  let what = "pip could not bring PyPI's compiler ziglang either";
  try {
    const onDownload = () => onStep?.('Downloading the compiler zig by pip, once (100 MB)');
    const compiler = await provideZig(root, { retry, onDownload, signal });
    what = `${compiler.version} could not compile it either`;
    const environment = { platform: thisPlatform(), env: zigEnvironment(root) };
    await publishCompiled(root, name, { compiler, ...environment }, options);
  } catch (reason) {
    signal?.throwIfAborted();
    throw new CompilerMissing(`${firstLine(failure)}; ${what} (${firstLine(reason)})`, { cause: reason });
  }
}

async function publishCompiled(
  root: string,
  name: string,
  compilation: Pick<CompileOptions, 'compiler' | 'platform' | 'env'>,
  { force = false, onProgress, signal }: ProvideAddonOptions,
): Promise<void> {
  await publishFolder(
    root,
    name,
    async ({ out, scratch }) => {
      await compileAddon(join(out, ADDON), {
        ...compilation,
        ...{ scratch, targets: ownTargets(), onProgress, signal },
        // Object files may be what is to be replaced.
        root: force ? undefined : root,
      });
      recordBuild(out, compilation.compiler.version);
    },
    { force, isComplete: (folder) => findCached(folder) !== undefined },
  );
}

function firstLine(error: unknown): string {
  return (errorMessage(error).split('\n', 1)[0] ?? '').replace(/:$/, '');
}

function fromCache(addon: CachedAddon | undefined): FoundAddon | undefined {
  return addon && { ...addon, from: 'cache' };
}

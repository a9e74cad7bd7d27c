import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { errorMessage } from '@trainkit/checks';
import type { Compiler } from './compiler.js';
import { ObjectCache, type ObjectFile } from './object-cache.js';
import type { Platform } from './platforms.js';
import { run } from './run.js';
import { FLAGS, KERNEL_FLAGS, MARK, sourcesDigest, strictFlags, translationUnits } from './sources.js';
import { type Target, targetsOf } from './targets.js';

const require = createRequire(import.meta.url);

/** Options of {@link compileAddon}. */
export interface CompileOptions {
  /** The compiler. */
  compiler: Compiler;
  /** The folder of object files, which the caller removes. */
  scratch: string;
  /** The instruction sets that the kernels are compiled for, default all of the platform. */
  targets?: readonly Target[] | undefined;
  /** The platform that zig compiles for; undefined for any compiler's own platform. */
  platform?: Platform | undefined;
  /** The cache folder, whose object files are used and added to; undefined for none. */
  root?: string | undefined;
  /** Further flags of the compiler and the linker, such as sanitizers'. */
  flags?: readonly string[] | undefined;
  /** Variables for the compiler. */
  env?: NodeJS.ProcessEnv | undefined;
  /** Ends the compilation when it aborts. */
  signal?: AbortSignal | undefined;
  /** Called before the first translation unit is compiled, and after each. */
  onProgress?: ((done: number, total: number) => void) | undefined;
}

/**
 * Compiles the addon to `path`.
 *
 * @throws Error where the compiler fails, with its last lines
 */
export async function compileAddon(path: string, options: CompileOptions): Promise<void> {
  const { signal, onProgress, compiler, platform, root, flags = [], env } = options;
  const invoke = (args: readonly string[]) =>
    run(compiler.compiler, [...(compiler.args ?? []), ...args], { signal, env });
  try {
    const objects = root === undefined ? undefined : new ObjectCache(root, compiler);
    const units = compilations(options);
    const total = units.length + 1;
    let done = 0;
    onProgress?.(done, total);
    const compile = async (unit: Compilation) => {
      await invoke([...unit.flags, `-I${nodeHeaders()}`, '-c', unit.source, '-o', unit.path]);
      objects?.keep(unit, unit.path);
    };
    const taken: Compilation[] = [];
    await inParallel(units, async (unit) => {
      if (objects?.take(unit, unit.path) === true) taken.push(unit);
      else await compile(unit);
      done += 1;
      onProgress?.(done, total);
    });
    objects?.removeOld();
    const libraries = platform?.os === 'win32' ? await importLibraries(options) : [];
    const link = (...more: readonly string[]) =>
      invoke([
        ...[...targetFlags(platform), ...flags, '-shared', ...units.map((unit) => unit.path), ...libraries],
        ...['-o', path, ...linkFlags(platform, flags), ...more],
      ]);
    const linkAll = () => (isOwnLinux(platform) ? linkStatically(link, signal) : link());
    try {
      await linkAll();
    } catch (error) {
      signal?.throwIfAborted();
      if (taken.length === 0) throw error;
      // A crash of the machine may have cut off what lies in the cache.
      await inParallel(taken, compile);
      await linkAll();
    }
    onProgress?.(total, total);
  } catch (error) {
    signal?.throwIfAborted();
    throw new Error(`the addon could not be compiled: ${errorMessage(error)}`, { cause: error });
  }
}

interface Compilation extends ObjectFile {
  /** The object file. */
  path: string;
}

function compilations({ scratch, platform, targets, flags = [] }: CompileOptions): Compilation[] {
  const { runtime, kernels } = translationUnits();
  const chosen = targets ?? targetsOf(platform?.cpu ?? process.arch);
  const one = (source: string, name: string, own: readonly string[]): Compilation => ({
    source,
    path: join(scratch, `${basename(source, '.cc')}-${name}.o`),
    flags: [...targetFlags(platform), ...FLAGS, ...strictFlags(), ...own, ...flags],
  });
  const definitions = [
    `-DTRAINKIT_SOURCES="${MARK}${sourcesDigest()}"`,
    ...chosen.map(({ name }) => `-DTRAINKIT_HAS_${name.toUpperCase()}`),
  ];
  // Those that change with every source, or with the instruction sets, are in two small units.
  const definitionsOf = (source: string) =>
    definitions.filter((definition) => readFileSync(source, 'utf8').includes(nameOf(definition)));
  return [
    ...kernels.flatMap((source) =>
      chosen.map(({ name, flags: own }) => one(source, name, [...KERNEL_FLAGS, ...own])),
    ),
    ...runtime.map((source) => one(source, 'runtime', definitionsOf(source))),
  ];
}

/** The name that a flag -Dname or -Dname=value defines. */
function nameOf(definition: string): string {
  return definition.slice(2).split('=', 1)[0] ?? '';
}

function isOwnLinux(platform: Platform | undefined): boolean {
  return platform === undefined && process.platform === 'linux';
}

/**
 * Links the C++ library into the addon, which then loads on other machines too. Not every compiler
 * has it so.
 */
async function linkStatically(
  link: (...flags: readonly string[]) => Promise<unknown>,
  signal: AbortSignal | undefined,
): Promise<void> {
  try {
    await link('-static-libgcc', '-static-libstdc++');
  } catch {
    signal?.throwIfAborted();
    await link();
  }
}

/** Left to itself zig compiles for the processor that it runs on. */
function targetFlags(platform: Platform | undefined): string[] {
  return platform === undefined ? [] : ['-target', platform.zigTarget];
}

function linkFlags(platform: Platform | undefined, flags: readonly string[]): string[] {
  const os = platform?.os ?? process.platform;
  if (os === 'darwin') return ['-undefined', 'dynamic_lookup'];
  // A report of a sanitizer names functions and lines where the symbols stay.
  const strip = flags.includes('-g1') ? [] : ['-s'];
  if (os === 'win32') return strip;
  // Helper threads run the addon's code until the process ends, so it is never unloaded with a
  // worker thread. Zig links its own C++ library into the addon by itself.
  return ['-Wl,-z,nodelete', '-lpthread', ...strip];
}

/**
 * Windows wants to know at link time that Node-API is in node.exe: libraries that hold its names
 * alone.
 */
async function importLibraries({ compiler, scratch, env, signal }: CompileOptions): Promise<string[]> {
  const libraries = [];
  for (const name of ['js_native_api', 'node_api']) {
    const definitions = join(dirname(nodeHeaders()), 'def', `${name}.def`);
    const library = join(scratch, `${name}.lib`);
    const args = ['dlltool', '-d', definitions, '-l', library, '-m', 'i386:x86-64'];
    // The last argument of `zig c++` makes room for another command.
    await run(compiler.compiler, [...(compiler.args ?? []).slice(0, -1), ...args], { signal, env });
    libraries.push(library);
  }
  return libraries;
}

function nodeHeaders(): string {
  return (require('node-api-headers') as { include_dir: string }).include_dir;
}

/**
 * Runs `body` for all items, as many at once as there are processors. After an error no further
 * item begins.
 */
async function inParallel<T>(items: readonly T[], body: (item: T) => Promise<void>): Promise<void> {
  const waiting = [...items];
  const work = async () => {
    try {
      for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) await body(item);
    } catch (error) {
      waiting.length = 0;
      throw error;
    }
  };
  const workers = Array.from({ length: Math.min(availableParallelism(), items.length) }, work);
  await Promise.all(workers);
}

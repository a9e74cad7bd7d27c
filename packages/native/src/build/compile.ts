import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { errorMessage } from '@trainkit/checks';
import type { Compiler } from './compiler.js';
import type { Platform } from './platforms.js';
import { run } from './run.js';
import { FLAGS, KERNEL_FLAGS, MARK, sourcesDigest, targetsOf, translationUnits } from './sources.js';

const require = createRequire(import.meta.url);

/** Options of {@link compileAddon}. */
export interface CompileOptions {
  /** The compiler. */
  compiler: Compiler;
  /** The folder of object files, which the caller removes. */
  scratch: string;
  /** The platform that zig compiles for; undefined for any compiler's own platform. */
  platform?: Platform | undefined;
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
  const { signal, onProgress, compiler, platform, env } = options;
  const invoke = (args: readonly string[]) =>
    run(compiler.compiler, [...(compiler.args ?? []), ...targetFlags(platform), ...args], { signal, env });
  try {
    const units = compilations(options);
    const total = units.length + 1;
    let done = 0;
    onProgress?.(done, total);
    await inParallel(units, async ({ args }) => {
      await invoke(args);
      done += 1;
      onProgress?.(done, total);
    });
    const libraries = platform?.os === 'win32' ? await importLibraries(options) : [];
    await invoke([
      '-shared',
      ...units.map(({ object }) => object),
      ...libraries,
      ...['-o', path, ...linkFlags(platform)],
    ]);
    onProgress?.(total, total);
  } catch (error) {
    signal?.throwIfAborted();
    throw new Error(`the addon could not be compiled: ${errorMessage(error)}`, { cause: error });
  }
}

interface Compilation {
  object: string;
  args: readonly string[];
}

function compilations({ scratch, platform }: CompileOptions): Compilation[] {
  const { runtime, kernels } = translationUnits();
  const digest = `-DTRAINKIT_SOURCES="${MARK}${sourcesDigest()}"`;
  const one = (source: string, name: string, flags: readonly string[]): Compilation => {
    const object = join(scratch, `${basename(source, '.cc')}-${name}.o`);
    return { object, args: [...FLAGS, ...flags, `-I${nodeHeaders()}`, '-c', source, '-o', object] };
  };
  return [
    ...kernels.flatMap((source) =>
      targetsOf(platform?.cpu ?? process.arch).map(({ name, flags }) =>
        one(source, name, [...KERNEL_FLAGS, ...flags]),
      ),
    ),
    ...runtime.map((source) => one(source, 'runtime', [digest])),
  ];
}

/** Left to itself zig compiles for the processor that it runs on. */
function targetFlags(platform: Platform | undefined): string[] {
  return platform === undefined ? [] : ['-target', platform.zigTarget];
}

function linkFlags(platform: Platform | undefined): string[] {
  const os = platform?.os ?? process.platform;
  if (os === 'darwin') return ['-undefined', 'dynamic_lookup'];
  if (os === 'win32') return ['-s'];
  // Helper threads run the addon's code until the process ends, so it is never unloaded with a worker thread.
  const linux = ['-Wl,-z,nodelete', '-lpthread', '-s'];
  // Zig links its own C++ library into the addon by itself.
  return platform === undefined ? [...linux, '-static-libgcc', '-static-libstdc++'] : linux;
}

/** Windows wants to know at link time that Node-API is in node.exe: libraries that hold its names alone. */
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

/** Runs `body` for all items, as many at once as there are processors. */
async function inParallel<T>(items: readonly T[], body: (item: T) => Promise<void>): Promise<void> {
  const waiting = [...items];
  const work = async () => {
    for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) await body(item);
  };
  const workers = Array.from({ length: Math.min(availableParallelism(), items.length) }, work);
  await Promise.all(workers);
}

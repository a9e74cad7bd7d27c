import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { errorMessage } from '@trainkit/checks';
import { findCompiler } from './compiler.js';
import { run } from './run.js';
import { FLAGS, KERNEL_FLAGS, targetsOf, translationUnits } from './sources.js';

const require = createRequire(import.meta.url);

/** Options of {@link compileAddon}. */
export interface CompileOptions {
  /** The compiler, default the one that `findCompiler` finds. */
  compiler?: string | undefined;
  /** Ends the compilation when it aborts. */
  signal?: AbortSignal | undefined;
  /** Called after each translation unit. */
  onProgress?: ((done: number, total: number) => void) | undefined;
}

/** Compiles the addon and moves it to `path`, in one step: nobody sees a part of it. */
export async function compileAddon(path: string, options: CompileOptions = {}): Promise<void> {
  const { signal, onProgress, compiler = (await findCompiler(signal)).compiler } = options;
  await mkdir(dirname(path), { recursive: true });
  const folder = await mkdtemp(join(dirname(path), 'compiling-'));
  try {
    const units = compilations(folder);
    let done = 0;
    await inParallel(units, async ({ args }) => {
      await run(compiler, args, { signal });
      done += 1;
      onProgress?.(done, units.length + 1);
    });
    const addon = join(folder, basename(path));
    await run(compiler, linking(addon, units), { signal });
    onProgress?.(done + 1, units.length + 1);
    await rename(addon, path);
  } catch (error) {
    signal?.throwIfAborted();
    throw new Error(`the addon could not be compiled: ${errorMessage(error)}`, { cause: error });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

interface Compilation {
  object: string;
  args: readonly string[];
}

function compilations(folder: string): Compilation[] {
  const { include_dir: headers } = require('node-api-headers') as { include_dir: string };
  const { runtime, kernels } = translationUnits();
  const one = (source: string, name: string, flags: readonly string[]): Compilation => {
    const object = join(folder, `${basename(source, '.cc')}-${name}.o`);
    return { object, args: [...FLAGS, ...flags, `-I${headers}`, '-c', source, '-o', object] };
  };
  return [
    ...kernels.flatMap((source) =>
      targetsOf(process.arch).map(({ name, flags }) => one(source, name, [...KERNEL_FLAGS, ...flags])),
    ),
    ...runtime.map((source) => one(source, 'runtime', [])),
  ];
}

function linking(addon: string, units: readonly Compilation[]): string[] {
  // Helper threads run the addon's code until the process ends, so it is never unloaded with a worker thread.
  const platform =
    process.platform === 'darwin'
      ? ['-undefined', 'dynamic_lookup']
      : ['-Wl,-z,nodelete', '-static-libgcc', '-static-libstdc++', '-lpthread'];
  return ['-shared', ...units.map(({ object }) => object), '-o', addon, ...platform];
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

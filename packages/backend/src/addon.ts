import { createRequire } from 'node:module';
import { join } from 'node:path';
import { errorMessage } from '@trainkit/checks';
import { ProgramMissing, run } from './run.js';

const require = createRequire(import.meta.url);

/** What the addon is built from. */
export interface AddonSources {
  /** The folder of `@tensorflow/tfjs-node`, whose `binding` folder holds the source. */
  tfjsNode: string;
  /** The headers of TensorFlow's C API. */
  headers: string;
  /** The folder that gets `tfjs_binding.node` and has the libraries in `lib`. */
  out: string;
}

/** How to get a C++ compiler, for the errors and the doctor. */
export const COMPILER_ADVICE =
  'install one (Debian, Ubuntu: apt-get install g++; Fedora: dnf install gcc-c++), or name it by the variable CXX';

/** The C++ compiler: `$CXX`, else the first of g++, c++ and clang++; and the version that it states. */
export async function findCompiler(signal?: AbortSignal): Promise<{ compiler: string; version: string }> {
  const named = process.env['CXX'];
  const candidates = named ? [named] : ['g++', 'c++', 'clang++'];
  for (const compiler of candidates) {
    try {
      const version = (await run(compiler, ['--version'], { signal })).split('\n', 1)[0] ?? '';
      return { compiler, version };
    } catch (error) {
      if (!(error instanceof ProgramMissing)) throw error;
    }
  }
  throw new Error(`no C++ compiler found (${candidates.join(', ')}): ${COMPILER_ADVICE}`);
}

/** Compiles tfjs-node's own addon against the library in `out`: some ten seconds, without node-gyp. */
export async function compileAddon(
  { tfjsNode, headers, out }: AddonSources,
  { signal }: { signal?: AbortSignal | undefined } = {},
): Promise<void> {
  const { compiler } = await findCompiler(signal);
  const { include_dir: nodeHeaders } = require('node-api-headers') as {
    include_dir: string;
  };
  const source = (name: string) => join(tfjsNode, 'binding', name);
  const args = [
    ...['-O2', '-std=c++17', '-fPIC', '-shared', '-fno-exceptions'],
    ...['-DNAPI_VERSION=8', '-DBUILDING_NODE_EXTENSION'],
    ...[`-I${nodeHeaders}`, `-I${headers}`],
    ...[source('tfjs_backend.cc'), source('tfjs_binding.cc'), '-o', join(out, 'tfjs_binding.node')],
    ...[`-L${join(out, 'lib')}`, '-l:libtensorflow_cc.so.2', '-l:libtensorflow_framework.so.2'],
    // Relative to the addon, so that the folder can be renamed and moved.
    '-Wl,-rpath,$ORIGIN/lib',
  ];
  try {
    await run(compiler, args, { signal });
  } catch (error) {
    signal?.throwIfAborted();
    throw new Error(`the addon could not be compiled: ${errorMessage(error)}`, { cause: error });
  }
}

/** Loads an addon in a process of its own and resolves to the version of TensorFlow that it finds. */
export async function libraryVersion(addon: string, signal?: AbortSignal): Promise<string> {
  try {
    const output = await run(process.execPath, ['-p', 'require(process.argv[1]).TF_Version', addon], {
      env: { TF_CPP_MIN_LOG_LEVEL: '1', NODE_OPTIONS: '' },
      signal,
    });
    return output.trim();
  } catch (error) {
    signal?.throwIfAborted();
    throw new Error(`the addon does not load: ${errorMessage(error)}`, { cause: error });
  }
}

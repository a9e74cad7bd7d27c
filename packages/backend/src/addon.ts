import { createRequire } from 'node:module';
import { join } from 'node:path';
import { errorMessage } from '@trainkit/checks';
import { findCompiler, run } from '@trainkit/native/build';

const require = createRequire(import.meta.url);

/** The sources of the addon. */
export interface AddonSources {
  /** The folder of `@tensorflow/tfjs-node`, whose `binding` folder holds the source. */
  tfjsNode: string;
  /** The headers of TensorFlow's C API. */
  headers: string;
  /** The output folder: it gets `tfjs_binding.node` and has the libraries in `lib`. */
  out: string;
}

/**
 * Compiles tfjs-node's own addon against the library in `out`, without node-gyp; it takes about ten
 * seconds.
 */
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

/** Loads an addon in its own process and resolves to the version of TensorFlow that it finds. */
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

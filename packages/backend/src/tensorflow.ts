import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type * as Tf from '@tensorflow/tfjs';
import type { TFJSBinding } from '@tensorflow/tfjs-node/dist/tfjs_binding.js';
import { errorMessage } from '@trainkit/checks';
import { nativeRoot } from '@trainkit/native/build';
import { damageText } from './damage.js';
import { keepFreedMemory } from './freed-memory.js';
import {
  type FoundAddon,
  type FoundJavascript,
  findAddons,
  findDamage,
  findJavascript,
} from './native-layout.js';
import { silenceLog } from './silence-log.js';
import { stubModule } from './stub-module.js';

/** The versions and threads of tfjs-node on this machine. */
export interface TensorflowDetails {
  /** The version of tfjs-node's JavaScript. */
  tfjsNode: string;
  /** The version of the TensorFlow library. */
  libtensorflow: string;
  /** The number of threads that one operation may use. */
  threads: number;
  /** The source of the library: tfjs-node's own download, or the cache folder. */
  from: 'package' | 'cache' | 'application';
}

/** Options of {@link selectTensorflow}. */
export interface SelectOptions {
  /** True to call {@link keepFreedMemory}. */
  keepFreedMemory: boolean;
}

const require = createRequire(import.meta.url);

/**
 * Loads tfjs-node with the library and JavaScript that this machine has, and selects it as
 * TensorFlow.js's backend.
 *
 * Throws, with all reasons, if none loads.
 */
export async function selectTensorflow(tf: typeof Tf, options: SelectOptions): Promise<TensorflowDetails> {
  let loaded: Omit<TensorflowDetails, 'threads'>;
  // Set before the search: two simultaneous calls must not both load the library.
  await silenceLog();
  if (tf.findBackendFactory('tensorflow') === null) {
    loaded = load();
  } else {
    loaded = { ...registeredVersions(tf), from: registeredFrom ?? 'application' };
  }
  if (!(await tf.setBackend('tensorflow'))) throw new Error('TensorFlow.js could not start tfjs-node.');
  const binding = bindingOf(tf);
  if (options.keepFreedMemory && binding !== undefined) keepFreedMemory(binding);
  return { ...loaded, threads: Number(process.env['TF_NUM_INTRAOP_THREADS']) || availableParallelism() };
}

let registeredFrom: 'package' | 'cache' | undefined;

function load(): Omit<TensorflowDetails, 'threads'> {
  const root = nativeRoot();
  const javascript = findJavascript(root);
  const addons = findAddons(root);
  if (addons.length === 0) {
    const [damaged] = findDamage(root);
    throw new Error(
      damaged ? damageText(damaged) : `there is no TensorFlow library in ${root} or in node_modules`,
    );
  }
  if (javascript === undefined) throw new Error(`@tensorflow/tfjs-node is neither installed nor in ${root}`);
  const failures: string[] = [];
  for (const addon of addons) {
    try {
      const { TF_Version: libtensorflow } = loadAddon(addon);
      const tfjsNode = loadJavascript(javascript, addon);
      registeredFrom = addon.from;
      return { tfjsNode, libtensorflow, from: addon.from };
    } catch (error) {
      failures.push(`${addon.path}: ${errorMessage(error)}`);
    }
  }
  throw new Error(failures.join('; '));
}

/** Loads the addon first and alone: if the library is broken, no code of tfjs-node has run yet. */
function loadAddon({ path }: FoundAddon): TFJSBinding {
  return require(path) as TFJSBinding;
}

/**
 * Runs tfjs-node's own entry, which registers its kernels and its backend, with the given addon.
 */
function loadJavascript({ folder, from }: FoundJavascript, addon: FoundAddon): string {
  repairUtil();
  const manifest = join(folder, 'package.json');
  const own = createRequire(manifest);
  // tfjs-node asks node-pre-gyp for the path of its addon; this answer replaces the search in its
  // own folder.
  const stubs = [stubModule(own.resolve('@mapbox/node-pre-gyp'), { find: () => addon.path })];
  // From the cache folder, `require` does not find the application's TensorFlow.js, and there must
  // not be a second copy.
  if (from === 'cache') {
    const application = require('@tensorflow/tfjs') as unknown;
    for (const name of ['@tensorflow/tfjs', '@tensorflow/tfjs-core'])
      stubs.push(stubModule(own.resolve(name), application));
  }
  try {
    own(folder);
  } finally {
    for (const restore of stubs) restore();
  }
  return (own(manifest) as { version: string }).version;
}

/** tfjs-node 4.22 calls `util.isNullOrUndefined`, which Node 23 removed. */
function repairUtil(): void {
  const util = require('node:util') as { isNullOrUndefined?: (value: unknown) => boolean };
  util.isNullOrUndefined ??= (value) => value === null || value === undefined;
}

function registeredVersions(tf: typeof Tf): { tfjsNode: string; libtensorflow: string } {
  return { tfjsNode: tf.version['tfjs'], libtensorflow: bindingOf(tf)?.TF_Version ?? 'unknown' };
}

/** The addon of the registered backend, active or not. */
function bindingOf(tf: typeof Tf): TFJSBinding | undefined {
  const backend = tf.findBackend('tensorflow') as unknown as { binding?: TFJSBinding } | null;
  return backend?.binding;
}

import { fileURLToPath } from 'node:url';
import { errorMessage } from '@trainkit/checks';
import { createJiti } from 'jiti';
import { UserError } from '../terminal/user-error.js';

/**
 * Packages that a checked file shares with the checks: a second copy of tfjs-core would be a second
 * engine.
 */
const SHARED = [
  '@tensorflow/tfjs',
  '@tensorflow/tfjs-core',
  '@tensorflow/tfjs-layers',
  '@trainkit/dropout',
  '@trainkit/dropout/layers',
  '@trainkit/init',
  '@trainkit/init/layers',
  '@trainkit/nn',
  '@trainkit/normalization',
  '@trainkit/normalization/layers',
  '@trainkit/optimizers',
  '@trainkit/random',
];

/**
 * Loads a file and returns its exports. TypeScript needs no build step. The file may be anywhere,
 * since TensorFlow.js and our packages are resolved from here.
 */
export async function loadFile(path: string): Promise<Readonly<Record<string, unknown>>> {
  const alias = Object.fromEntries(SHARED.map((name) => [name, fileURLToPath(import.meta.resolve(name))]));
  // TensorFlow.js is CommonJS here, so its default import is the whole module, as in Node.
  const jiti = createJiti(import.meta.url, { alias, fsCache: false, interopDefault: true });
  try {
    return await jiti.import<Readonly<Record<string, unknown>>>(path);
  } catch (cause) {
    throw new UserError(`${path} cannot be loaded: ${errorMessage(cause)}`, { cause });
  }
}

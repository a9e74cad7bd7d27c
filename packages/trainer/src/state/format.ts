import { errorMessage, errorReason, show } from '@trainkit/checks';
import { decodeSafetensors, encodeSafetensors } from '@trainkit/safetensors';
import { freeze, thaw } from './freeze.js';
import { sha256 } from './sha256.js';
import type { StateTree } from './stateful.js';
import type { Frozen } from './tensor-data.js';
import { readTree, writeTree } from './tree-text.js';

/** The entry of a file's metadata that marks it as a state. */
const FORMAT = 'trainkit-state';

/**
 * The version of the format, increased when an older program could not read a new file, or would
 * misread it.
 */
const VERSION = 1;

/** The placeholder of the digest while the digest is computed. */
const NO_DIGEST = '0'.repeat(64);

/** The error for bytes that are no valid state; its message is a clause without the file's name. */
export class StateError extends Error {
  /** The class's name. */
  override readonly name = 'StateError';
}

/**
 * Encodes a state as the bytes of a safetensors file, which Python's `safetensors` opens.
 *
 * The metadata have the entries `format`, `version`, `state` (the tree as JSON, with the tensors by
 * name) and `sha256`, the digest of the whole file with 64 zeros in place of the digest. NaN,
 * infinities, −0 and bigints in the JSON are preserved, and so are the bits of every number in
 * tensors. The same state gives the same bytes.
 *
 * @param state plain JSON, tensors (float32, int32, bool) and typed arrays, nested at most 64
 *   levels deep; the tensors stay the caller's
 * @throws TypeError naming the entry that is none of these, by its path
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs';
 * import { decodeState, encodeState } from '@trainkit/trainer';
 *
 * const bytes = await encodeState({ step: 12, weight: tf.tensor1d([1, 2]), best: Number.NaN });
 * console.log(Object.keys(await decodeState(bytes) ?? {})); // → [ 'step', 'weight', 'best' ]
 * ```
 */
export async function encodeState(state: unknown): Promise<Uint8Array<ArrayBuffer>> {
  return encodeFrozen(await freeze('state', state));
}

/**
 * Decodes the bytes of {@link encodeState}; the tensors are new, and the caller disposes them.
 *
 * Everything is checked before a tensor is created: the format, the version, the digest of all
 * bytes.
 *
 * @throws StateError for bytes that are truncated, altered, of a newer version or of another format
 */
export async function decodeState(bytes: Uint8Array): Promise<StateTree> {
  try {
    return thaw(await decodeFrozen(bytes));
  } catch (error) {
    if (error instanceof StateError)
      throw new StateError(`decodeState: the bytes cannot be used: ${errorReason(error)}.`);
    throw error;
  }
}

/** @param skip leading parts of a tensor's path that its name leaves out */
export async function encodeFrozen(tree: Frozen, skip = 0): Promise<Uint8Array<ArrayBuffer>> {
  const { text, tensors } = writeTree(tree, skip);
  const metadata = { format: FORMAT, version: `${VERSION}`, state: text, sha256: NO_DIGEST };
  const file = encodeSafetensors(tensors, { metadata });
  file.set(new TextEncoder().encode(await sha256(file)), offsetOfDigest(file, NO_DIGEST));
  return file;
}

/** @throws StateError with a clause that names the fault */
export async function decodeFrozen(bytes: Uint8Array): Promise<Frozen> {
  if (!(bytes instanceof Uint8Array)) {
    throw new TypeError(`decodeState: bytes is ${show(bytes)}; expected a Uint8Array, the whole file.`);
  }
  const file = bytes.slice();
  const { tensors, metadata } = open(file);
  const { format, version = '', sha256: digest = '', state = '' } = metadata;
  if (format !== FORMAT) throw new StateError('it is a safetensors file, but no state of a training');
  if (Number(version) > VERSION) {
    throw new StateError(
      `its format is version ${version}, written by a newer release, and this one reads up to ${VERSION}`,
    );
  }
  const offset = offsetOfDigest(file, digest);
  if (offset >= 0) file.set(new TextEncoder().encode(NO_DIGEST), offset);
  if (offset < 0 || digest !== (await sha256(file))) {
    throw new StateError('it was altered: its bytes do not have the digest that was written with them');
  }
  try {
    return readTree({ text: state, tensors });
  } catch (error) {
    throw new StateError(errorMessage(error), { cause: error });
  }
}

function open(file: Uint8Array): ReturnType<typeof decodeSafetensors> {
  try {
    return decodeSafetensors(file);
  } catch (error) {
    const why = errorReason(error).replace(/^decodeSafetensors: /, '');
    throw new StateError(`it is truncated or damaged (${why})`, { cause: error });
  }
}

/** The offset of the digest in the file's header; -1 if it is missing. */
function offsetOfDigest(file: Uint8Array, digest: string): number {
  if (!/^[0-9a-f]{64}$/.test(digest)) return -1;
  const length = Number(new DataView(file.buffer, file.byteOffset).getBigUint64(0, true));
  const header = file.subarray(8, 8 + length);
  // One character for each byte, so that offsets in the text are offsets in the file.
  const text = Array.from({ length: Math.ceil(length / 8192) }, (_, i) =>
    String.fromCharCode(...header.subarray(8192 * i, 8192 * (i + 1))),
  ).join('');
  const key = '"sha256":"';
  const at = text.indexOf(`${key}${digest}"`);
  return at < 0 ? -1 : 8 + at + key.length;
}

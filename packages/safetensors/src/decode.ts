import { checkOneOf, checkOptions, expected, type OptionNames, show } from '@trainkit/checks';
import { SafetensorsError } from './error.js';
import { formatOf } from './formats.js';
import { widened } from './half.js';
import { damaged, type Entry, MAX_HEADER_BYTES, parseHeader } from './header.js';
import type { SafeTensor } from './tensor.js';

/** The options of {@link decodeSafetensors}. */
export interface DecodeOptions {
  /**
   * The treatment of F16 and BF16, default `'float32'`: F32 tensors of the same values, each of
   * which float32 holds exactly. `'bits'` keeps the 16-bit words of the file, which are no numbers.
   */
  halfFloats?: 'float32' | 'bits' | undefined;
}

const DECODE: OptionNames<DecodeOptions> = { halfFloats: true };

/** The contents of a safetensors file. */
export interface DecodedSafetensors {
  /** The tensors by name, in the order of their bytes. */
  tensors: Record<string, SafeTensor>;
  /** Free text by name; `{}` if the file has none. */
  metadata: Record<string, string>;
}

/** The size of the header's length field at the start. */
const LENGTH_BYTES = 8;

/**
 * Reads a safetensors file: tensors by name, and the metadata.
 *
 * A file is 8 bytes with the length of a JSON header, the header, and the bytes of the tensors
 * without gap or overlap. All of this is checked before anything is returned: a file that is
 * truncated, too long, or has a header that contradicts itself or its length is a
 * {@link SafetensorsError}.
 *
 * The traps: aligned data are not copied, so `data` shares its memory with `bytes` (write
 * `data.slice()` for a copy). The format has no checksum: a flipped bit in the numbers, in a name
 * or in the metadata is not detected. If that matters, store a digest of the file beside it.
 *
 * @param bytes the whole file, such as `await readFile(path)` or
 *   `new Uint8Array(await response.arrayBuffer())`
 * @throws SafetensorsError for anything that is not a safetensors file; TypeError for anything that
 *   is not bytes
 *
 * @example
 * ```ts
 * import { decodeSafetensors, encodeSafetensors } from '@trainkit/safetensors';
 *
 * const bytes = encodeSafetensors({ weight: { dtype: 'F32', shape: [1, 2], data: Float32Array.of(0.5, -1) } });
 * const { tensors } = decodeSafetensors(bytes);
 * console.log(tensors['weight']?.dtype, tensors['weight']?.shape, tensors['weight']?.data); // → F32 [ 1, 2 ] Float32Array(2) [ 0.5, -1 ]
 * ```
 *
 * Source: the format's description, https://github.com/huggingface/safetensors#format
 */
export function decodeSafetensors(bytes: Uint8Array, options: DecodeOptions = {}): DecodedSafetensors {
  const file = checkBytes(bytes);
  const { halfFloats = 'float32' } = checkOptions('decodeSafetensors', options, DECODE);
  checkOneOf('decodeSafetensors', 'halfFloats', halfFloats, ['float32', 'bits']);
  const header = readHeader(file);
  const { entries, metadata } = parseHeader(header.json);
  const data = file.subarray(header.end);
  const ordered = entries.toSorted((a, b) => a.begin - b.begin || a.end - b.end);
  checkLayout(ordered, data.length);

  const tensors: Record<string, SafeTensor> = Object.create(null);
  for (const { name, dtype, shape, begin, end } of ordered) {
    const tensor = formatOf(dtype).read(data.subarray(begin, end), shape);
    checkBooleans(name, tensor);
    tensors[name] = halfFloats === 'float32' ? widened(tensor) : tensor;
  }
  return { tensors, metadata };
}

function checkBytes(bytes: Uint8Array): Uint8Array {
  if (!(ArrayBuffer.isView(bytes) && bytes[Symbol.toStringTag] === 'Uint8Array')) {
    const hint =
      typeof bytes === 'string'
        ? 'Read the file first: decodeSafetensors(await readFile(path)).'
        : 'Write new Uint8Array(buffer) for an ArrayBuffer.';
    throw new TypeError(
      expected('decodeSafetensors', 'bytes', bytes, 'the whole file as a Uint8Array', hint),
    );
  }
  // The slice of a Node Buffer is not a copy; the slice of a plain array is.
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length);
}

function readHeader(file: Uint8Array): { json: string; end: number } {
  if (file.length < LENGTH_BYTES) {
    throw new SafetensorsError(
      `decodeSafetensors: the file has ${file.length} bytes in all; expected the length of its header in the first ` +
        `${LENGTH_BYTES}. The file is cut off or of another format: download it again.`,
    );
  }
  const length = new DataView(file.buffer, file.byteOffset).getBigUint64(0, true);
  const follow = file.length - LENGTH_BYTES;
  if (length > BigInt(Math.min(follow, MAX_HEADER_BYTES))) {
    const limit =
      length > BigInt(MAX_HEADER_BYTES) ? `expected at most ${MAX_HEADER_BYTES}` : `${follow} follow`;
    throw new SafetensorsError(
      `decodeSafetensors: by its first 8 bytes the file has a header of ${length} bytes; ${limit}. ` +
        (guess(file) ?? 'The file is cut off or of another format: download it again.'),
    );
  }
  const end = LENGTH_BYTES + Number(length);
  const header = file.subarray(LENGTH_BYTES, end);
  if (header[0] !== '{'.charCodeAt(0)) throw damaged('the header does not begin with {');
  try {
    // Copied, since browsers do not decode shared memory.
    return { json: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(header.slice()), end };
  } catch (error) {
    throw new SafetensorsError(damaged('the header is not UTF-8').message, { cause: error });
  }
}

/** The probable format of a file that is not safetensors, and what to do. */
function guess(file: Uint8Array): string | null {
  const start = String.fromCharCode(...file.subarray(0, 8));
  if (start.startsWith('PK')) {
    return 'It looks like a file of torch.save; in Python: safetensors.torch.save_file(model.state_dict(), "model.safetensors").';
  }
  if (start === 'version ') return 'It looks like a Git LFS pointer to the file: run git lfs pull.';
  return null;
}

/**
 * Throws unless the tensors, in the order of their bytes, cover the data without gap, overlap or
 * rest.
 */
function checkLayout(ordered: readonly Entry[], available: number): void {
  let covered = 0;
  let last = '';
  for (const { name, begin, end } of ordered) {
    if (begin < covered) {
      throw damaged(
        `the bytes of the tensors ${show(last)} and ${show(name)} overlap, at ${begin} of the data`,
      );
    }
    if (begin > covered) throw damaged(`the bytes ${covered} to ${begin} of the data belong to no tensor`);
    covered = end;
    last = name;
  }
  if (covered > available) {
    throw new SafetensorsError(
      `decodeSafetensors: the tensors have ${covered} bytes, of which the file holds ${available}. It is cut off: download it again.`,
    );
  }
  if (covered < available) {
    throw damaged(`${available - covered} bytes follow after the last of the tensors' ${covered}`);
  }
}

function checkBooleans(name: string, { dtype, data }: SafeTensor): void {
  if (dtype !== 'BOOL') return;
  const wrong = data.findIndex((value) => Number(value) > 1);
  if (wrong >= 0)
    throw damaged(`element ${wrong} of the BOOL tensor ${show(name)} is ${data[wrong]}; expected 0 or 1`);
}

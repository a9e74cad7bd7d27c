import { checkOptions, type OptionNames } from '@trainkit/checks';
import { reversedItems, WRONG_BYTE_ORDER } from './byte-order.js';
import { checkMetadata, checkPlain, checkTensor } from './encode-checks.js';
import { SafetensorsError } from './error.js';
import { DTYPES } from './formats.js';
import { MAX_HEADER_BYTES, METADATA } from './header.js';
import type { SafeTensor } from './tensor.js';

/** The options of {@link encodeSafetensors}. */
export interface EncodeOptions {
  /** Free text by name, strings only, default none: `{ format: 'pt', step: '500' }`. */
  metadata?: Readonly<Record<string, string>> | undefined;
}

const ENCODE: OptionNames<EncodeOptions> = { metadata: true };

/** The size of the header's length field at the start. */
const LENGTH_BYTES = 8;

/**
 * The alignment of the data in bytes, wide enough for every dtype; the header is padded with
 * spaces.
 */
const ALIGNMENT = 8;

/**
 * Writes tensors as the bytes of a safetensors file.
 *
 * The bytes are those of Python's `safetensors`: dtypes with the widest elements first, within a
 * dtype by name, so the order of `tensors` has no effect and the same tensors give the same bytes.
 * (Python writes metadata in random order; here they are sorted by name.)
 *
 * @param tensors by name; each shape must fit its data, and the data its dtype
 * @returns the whole file
 * @throws SafetensorsError for tensors or metadata that a file cannot hold; TypeError if `tensors`
 *   or `options` is no plain object
 *
 * @example
 * ```ts
 * import { encodeSafetensors } from '@trainkit/safetensors';
 *
 * const bytes = encodeSafetensors({ step: { dtype: 'I64', shape: [], data: BigInt64Array.of(500n) } }, { metadata: { run: 'first' } });
 * console.log(new TextDecoder().decode(bytes.subarray(8, -8)).trim()); // → {"__metadata__":{"run":"first"},"step":{"dtype":"I64","shape":[],"data_offsets":[0,8]}}
 * ```
 *
 * Source: the format's description, https://github.com/huggingface/safetensors#format
 */
export function encodeSafetensors(
  tensors: Readonly<Record<string, SafeTensor>>,
  options: EncodeOptions = {},
): Uint8Array<ArrayBuffer> {
  checkPlain('tensors', tensors, 'tensors by name, such as { weight: { dtype, shape, data } }');
  const { metadata = {} } = checkOptions('encodeSafetensors', options, ENCODE);
  checkPlain('metadata', metadata, 'strings by name');
  checkMetadata(metadata);
  const entries = Object.entries(tensors);
  for (const [name, tensor] of entries) checkTensor(name, tensor);
  entries.sort(
    ([a, { dtype: from }], [b, { dtype: to }]) =>
      DTYPES.indexOf(from) - DTYPES.indexOf(to) || byCodePoint(a, b),
  );

  let length = 0;
  const fields = entries.map(([name, { dtype, shape, data }]) => {
    const begin = length;
    length += data.byteLength;
    return field(name, { dtype, shape, data_offsets: [begin, length] });
  });
  const header = paddedHeader([...metadataFields(metadata), ...fields]);
  const file = new Uint8Array(LENGTH_BYTES + header.length + length);
  new DataView(file.buffer).setBigUint64(0, BigInt(header.length), true);
  file.set(header, LENGTH_BYTES);
  let place = LENGTH_BYTES + header.length;
  for (const [, { data }] of entries) {
    const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    file.set(WRONG_BYTE_ORDER ? reversedItems(bytes, data.BYTES_PER_ELEMENT) : bytes, place);
    place += bytes.length;
  }
  return file;
}

function paddedHeader(fields: readonly string[]): Uint8Array {
  const json = new TextEncoder().encode(`{${fields.join(',')}}`);
  const length = Math.ceil(json.length / ALIGNMENT) * ALIGNMENT;
  if (length > MAX_HEADER_BYTES) {
    throw new SafetensorsError(
      `encodeSafetensors: the header would have ${length} bytes; expected at most ${MAX_HEADER_BYTES}. Keep long texts ` +
        'out of the metadata.',
    );
  }
  const padded = new Uint8Array(length).fill(' '.charCodeAt(0));
  padded.set(json);
  return padded;
}

function metadataFields(metadata: Readonly<Record<string, string>>): string[] {
  const texts = Object.entries(metadata).sort(([a], [b]) => byCodePoint(a, b));
  return texts.length === 0
    ? []
    : [`"${METADATA}":{${texts.map(([key, text]) => field(key, text)).join(',')}}`];
}

/** Written one by one: an object would move names that are whole numbers to the front. */
function field(name: string, value: unknown): string {
  return `${JSON.stringify(name)}:${JSON.stringify(value)}`;
}

/**
 * The order of UTF-8 bytes; JavaScript's own order, of UTF-16, places some characters after the
 * emoji.
 */
function byCodePoint(a: string, b: string): number {
  const [left, right] = [[...a], [...b]];
  for (const [i, char] of left.entries()) {
    const difference = char.codePointAt(0)! - (right[i]?.codePointAt(0) ?? -1);
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
}

import { errorMessage, parseJson, show } from '@trainkit/checks';
import { SafetensorsError } from './error.js';
import { DTYPES, formatOf, isDtype } from './formats.js';
import { countElements, isSize } from './shape.js';
import type { Dtype } from './tensor.js';

/** The name of the metadata in a header, which no tensor may have. */
export const METADATA = '__metadata__';

/** The longest header that Python's safetensors reads. */
export const MAX_HEADER_BYTES = 100_000_000;

/** The entry of one tensor in a header. */
export interface Entry {
  name: string;
  dtype: Dtype;
  shape: readonly number[];
  /** The offset of the first byte in the data. */
  begin: number;
  /** The offset after the last byte. */
  end: number;
}

/** The contents of a header's JSON; everything that concerns a single tensor is checked. */
export function parseHeader(json: string): { entries: Entry[]; metadata: Record<string, string> } {
  let header: unknown;
  try {
    header = parseJson(json);
  } catch (error) {
    throw new SafetensorsError(
      `decodeSafetensors: the header is not JSON (${errorMessage(error)}). ${DAMAGED}`,
      {
        cause: error,
      },
    );
  }
  if (!isRecord(header)) throw damaged(`the header is ${show(header)}; expected an object`);
  const twice = duplicateName(json);
  if (twice !== null) throw damaged(`the header has the name ${show(twice)} twice in one object`);

  const entries: Entry[] = [];
  let metadata: Record<string, string> = Object.create(null);
  for (const [name, value] of Object.entries(header)) {
    if (name === METADATA) metadata = parseMetadata(value);
    else entries.push(parseEntry(name, value));
  }
  return { entries, metadata };
}

const DAMAGED = 'The file is damaged, or whatever wrote it is at fault: download it again.';

/** The error for a file that breaks the format. */
export function damaged(what: string): SafetensorsError {
  return new SafetensorsError(`decodeSafetensors: ${what}. ${DAMAGED}`);
}

/** True if `text` contains half of a surrogate pair, which UTF-8 cannot encode. */
export function isMalformed(text: string): boolean {
  return /\p{Surrogate}/u.test(text);
}

function parseEntry(name: string, value: unknown): Entry {
  const of = `the header's tensor ${show(name)}`;
  if (isMalformed(name)) throw damaged(`${of} has half a character in its name`);
  if (!isRecord(value))
    throw damaged(`${of} is ${show(value)}; expected an object with dtype, shape, data_offsets`);
  const { dtype, shape, data_offsets: offsets } = value;
  if (!isDtype(dtype)) {
    throw new SafetensorsError(
      `decodeSafetensors: ${of} has the dtype ${show(dtype)}; expected one of ${DTYPES.join(', ')}. ` +
        'In Python, tensor.float() makes an F32 of other floats.',
    );
  }
  const count = countElements(shape);
  if (count === null || !Array.isArray(shape)) {
    throw damaged(`${of} has the shape ${show(shape)}; expected a list of whole numbers from 0 on`);
  }
  const [begin, end, ...more] = Array.isArray(offsets) ? offsets : [];
  if (!isSize(begin) || !isSize(end) || more.length > 0 || begin > end) {
    throw damaged(
      `${of} has the data_offsets ${show(offsets)}; expected two whole numbers, begin and end of its bytes`,
    );
  }
  const bytes = count * formatOf(dtype).size;
  if (end - begin !== bytes) {
    throw damaged(
      `${of} is ${dtype} of the shape ${show(shape)}, ${bytes} bytes; its data_offsets ${show(offsets)} hold ${end - begin}`,
    );
  }
  return { name, dtype, shape, begin, end };
}

function parseMetadata(value: unknown): Record<string, string> {
  const metadata: Record<string, string> = Object.create(null);
  // Python writes this if there are none.
  if (value === null) return metadata;
  if (!isRecord(value))
    throw damaged(`the header's ${METADATA} is ${show(value)}; expected an object of strings`);
  for (const [key, text] of Object.entries(value)) {
    if (typeof text !== 'string' || isMalformed(key) || isMalformed(text)) {
      throw damaged(`the header's ${METADATA} has ${show(text)} under ${show(key)}; expected a string`);
    }
    metadata[key] = text;
  }
  return metadata;
}

/**
 * The first name that occurs twice in one object of valid JSON; `JSON.parse` would keep only the
 * last.
 */
function duplicateName(json: string): string | null {
  const open: Set<string>[] = [];
  let isText = false;
  let [begin, end] = [0, 0];
  // No text is matched as a whole: many megabytes would overflow the stack of the regular
  // expression.
  for (const { 0: token, index } of json.matchAll(/\\.|["{}:]/g)) {
    if (token === '"') {
      isText = !isText;
      if (isText) begin = index;
      else end = index + 1;
    } else if (isText) continue;
    else if (token === '{') open.push(new Set());
    else if (token === '}') open.pop();
    else {
      const name: string = JSON.parse(json.slice(begin, end));
      const names = open.at(-1);
      if (names?.has(name)) return name;
      names?.add(name);
    }
  }
  return null;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { readPng } from './png-reader.js';
import { Message } from './protobuf-message.js';

/** One event, in the form of the strict readers. */
export interface ReadEvent {
  step: number;
  wallTime: number;
  what: 'file_version' | 'session_log' | 'summary';
  fileVersion?: string;
  status?: number;
  values?: readonly ReadValue[];
}

/** The value of a tag in an event. */
export interface ReadValue {
  tag: string;
  kind: 'simple_value' | 'histo' | 'image' | 'tensor';
  plugin?: string;
  value: unknown;
}

/**
 * Event files by their path, each with the error that ended its reading if it is torn or damaged.
 */
export type ReadFiles = Readonly<Record<string, { events: readonly ReadEvent[]; error: string | null }>>;

/**
 * Reads every event file in a folder of runs and checks all of its bytes, without Python and
 * without code of the writer. `describeTensorBoard`'s `read` returns the same from TensorBoard's
 * own reader.
 */
export function readEventFiles(folder: string): ReadFiles {
  const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) =>
    path.includes('tfevents'),
  );
  return Object.fromEntries(
    paths.sort().map((path) => [relative(folder, join(folder, path)), readEventFile(join(folder, path))]),
  );
}

function readEventFile(path: string): ReadFiles[string] {
  const bytes = readFileSync(path);
  const events: ReadEvent[] = [];
  for (let offset = 0; offset < bytes.length; ) {
    const head = bytes.subarray(offset, offset + 12);
    if (head.length < 12) return { events, error: `truncated record at ${offset}` };
    if (head.readUInt32LE(8) !== maskedSum(head.subarray(0, 8)))
      return { events, error: `corrupted length at ${offset}` };
    const end = offset + 12 + Number(head.readBigUInt64LE());
    if (end + 4 > bytes.length) return { events, error: `truncated record at ${offset}` };
    const data = bytes.subarray(offset + 12, end);
    if (bytes.readUInt32LE(end) !== maskedSum(data)) return { events, error: `corrupted data at ${offset}` };
    events.push(readEvent(new Message(data)));
    offset = end + 4;
  }
  return { events, error: null };
}

function readEvent(event: Message): ReadEvent {
  const at = { step: event.int(2), wallTime: event.double(1) };
  const [what, ...others] = event.numbers.filter((field) => field > 2);
  if (others.length > 0) throw new Error(`an event is of several kinds: ${what}, ${others.join(', ')}`);
  switch (what) {
    case 3:
      return { ...at, what: 'file_version', fileVersion: event.string(3) };
    case 5:
      return { ...at, what: 'summary', values: event.message(5).messages(1).map(readValue) };
    case 7:
      return { ...at, what: 'session_log', status: event.message(7).int(1) };
    default:
      throw new Error(`an event of an unknown kind: ${what}`);
  }
}

function readValue(value: Message): ReadValue {
  const tag = value.string(1);
  const plugin = value.message(9).message(1);
  if (value.numbers.includes(2)) return { tag, kind: 'simple_value', value: jsonNumber(value.float(2)) };
  if (value.numbers.includes(4)) return { tag, kind: 'image', value: readImage(value.message(4)) };
  if (value.numbers.includes(5)) return { tag, kind: 'histo', value: readHistogram(value.message(5)) };
  const name = plugin.string(1);
  const read = name === 'hparams' ? readHparams(plugin.message(2)) : readTexts(value.message(8));
  return { tag, kind: 'tensor', plugin: name, value: read };
}

function readImage(image: Message) {
  const said = { height: image.int(1), width: image.int(2), colorspace: image.int(3) };
  return { ...said, ...readPng(image.bytes(4)) };
}

function readHistogram(histogram: Message) {
  return {
    min: histogram.double(1),
    max: histogram.double(2),
    num: histogram.double(3),
    sum: histogram.double(4),
    sumSquares: histogram.double(5),
    bucketLimit: histogram.doubles(6),
    bucket: histogram.doubles(7),
  };
}

function readTexts(tensor: Message): string[] {
  if (tensor.int(1) !== 7) throw new Error(`a tensor of dtype ${tensor.int(1)}, where texts are 7`);
  return tensor.all(8).map((bytes) => bytes.toString());
}

/** The three messages of the hparams plugin: columns, a run's row, its end. */
function readHparams(data: Message) {
  if (data.numbers.includes(2)) {
    const experiment = data.message(2);
    const columns = experiment.messages(4).map((info) => [info.string(1), info.int(4)]);
    const metrics = experiment.messages(5).map((info) => info.message(1).string(2));
    return { hparams: Object.fromEntries(columns), metrics };
  }
  if (data.numbers.includes(3)) {
    const entries = data
      .message(3)
      .messages(1)
      .map((entry) => [entry.string(1), readStructValue(entry.message(2))]);
    return { hparams: Object.fromEntries(entries) };
  }
  return { status: data.message(4).int(1) };
}

function readStructValue(value: Message): number | string | boolean {
  switch (value.numbers[0]) {
    case 2:
      return value.double(2);
    case 3:
      return value.string(3);
    default:
      return value.int(4) === 1;
  }
}

/** Formats a number as the Python reader prints it, since JSON has no NaN and no infinities. */
function jsonNumber(value: number): number | string {
  return Number.isFinite(value) ? value : String(value);
}

/** Computes the masked CRC32C bit by bit. https://www.rfc-editor.org/rfc/rfc3720#appendix-B.4 */
function maskedSum(bytes: Buffer): number {
  let sum = 0xffffffff;
  for (const byte of bytes) {
    sum ^= byte;
    for (let bit = 0; bit < 8; bit++) sum = (sum >>> 1) ^ (sum & 1 ? 0x82f63b78 : 0);
  }
  sum = ~sum;
  return (((sum >>> 15) | (sum << 17)) + 0xa282ead8) >>> 0;
}

import { closeSync, openSync, readSync } from 'node:fs';

const HEADER = 64;
const SEGMENT = 56;
const MAGIC = 0x7f454c46;
const BITS_64_LITTLE_ENDIAN = 0x0201;

/**
 * How many bytes a library or an addon for Linux has by its own header: where its last section or segment ends.
 *
 * A shorter file was cut off, and a program that maps it ends by SIGBUS. Null for what cannot be read and for what is
 * no 64-bit little-endian ELF file: loading that is an ordinary error.
 *
 * Source: System V Application Binary Interface, chapters "Object Files" and "Program Loading".
 */
export function elfLength(path: string): number | null {
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch {
    return null;
  }
  try {
    const header = readAt(file, 0, HEADER);
    const isElf =
      header.length === HEADER &&
      header.readUInt32BE(0) === MAGIC &&
      header.readUInt16BE(4) === BITS_64_LITTLE_ENDIAN;
    if (!isElf) return null;
    const segments = word(header, 32);
    const segmentsEnd = segments + SEGMENT * header.readUInt16LE(56);
    const sectionsEnd = word(header, 40) + header.readUInt16LE(58) * header.readUInt16LE(60);
    const ends = [HEADER, segmentsEnd, sectionsEnd];
    // Nonsense in the header asks for no read: the end that it states is beyond that of any file.
    const table = Number.isSafeInteger(segments)
      ? readAt(file, segments, segmentsEnd - segments)
      : Buffer.alloc(0);
    for (let place = 0; place + SEGMENT <= table.length; place += SEGMENT) {
      ends.push(word(table, place + 8) + word(table, place + 32));
    }
    return Math.max(...ends);
  } finally {
    closeSync(file);
  }
}

function word(bytes: Buffer, place: number): number {
  return Number(bytes.readBigUInt64LE(place));
}

function readAt(file: number, place: number, length: number): Buffer {
  const bytes = Buffer.alloc(length);
  return bytes.subarray(0, readSync(file, bytes, 0, length, place));
}

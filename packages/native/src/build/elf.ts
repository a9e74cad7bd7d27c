import { closeSync, openSync, readSync, statSync } from 'node:fs';

const HEADER = 64;
const SEGMENT = 56;
const MAGIC = 0x7f454c46;
const BITS_64_LITTLE_ENDIAN = 0x0201;
/** The kind of a segment that names the program's loader, which belongs to its C library. */
const INTERPRETER = 3;

/**
 * The bytes that a library or an addon for Linux has by its own header: where its last section or
 * segment ends.
 *
 * A shorter file was cut off, and a program that maps it ends by SIGBUS. Null for what cannot be
 * read and for what is no 64-bit little-endian ELF file: loading that is an ordinary error.
 *
 * Source: System V Application Binary Interface, chapters "Object Files" and "Program Loading".
 */
export function elfLength(path: string): number | null {
  const elf = readElf(path);
  return elf && Math.max(HEADER, elf.tablesEnd, ...elf.segments.map(({ offset, size }) => offset + size));
}

/**
 * Returns false where a library or an addon was cut off by its own header; true for what is no ELF
 * file.
 */
export function isWhole(path: string): boolean {
  const expected = elfLength(path);
  return expected === null || statSync(path).size >= expected;
}

/** Returns true where a program, by default Node itself, runs on musl instead of glibc. */
export function usesMusl(program: string = process.execPath): boolean {
  const loader = readElf(program)?.segments.find(({ kind }) => kind === INTERPRETER);
  if (loader === undefined) return false;
  const file = openSync(program, 'r');
  try {
    return readAt(file, loader.offset, loader.size).includes('ld-musl');
  } finally {
    closeSync(file);
  }
}

interface Elf {
  /** The end of the tables of segments and sections. */
  tablesEnd: number;
  segments: readonly { kind: number; offset: number; size: number }[];
}

function readElf(path: string): Elf | null {
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
    const start = word(header, 32);
    const segmentsEnd = start + SEGMENT * header.readUInt16LE(56);
    const sectionsEnd = word(header, 40) + header.readUInt16LE(58) * header.readUInt16LE(60);
    // Nonsense in the header asks for no read: the end that it states is beyond that of any file.
    const table = Number.isSafeInteger(start) ? readAt(file, start, segmentsEnd - start) : Buffer.alloc(0);
    const segments = [];
    for (let entry = 0; entry + SEGMENT <= table.length; entry += SEGMENT) {
      segments.push({
        kind: table.readUInt32LE(entry),
        offset: word(table, entry + 8),
        size: word(table, entry + 32),
      });
    }
    return { tablesEnd: Math.max(segmentsEnd, sectionsEnd), segments };
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

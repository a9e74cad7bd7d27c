import crc32c from 'crc-32/crc32c.js';

/** The number of bytes around the data of a record: its length and two checksums. */
export const RECORD_OVERHEAD = 16;

/**
 * Writes the record of `data` into `target` at `offset` and returns its end: the length (u64), its
 * masked CRC32C (u32), the data, and their masked CRC32C (u32), little-endian. `target` must be
 * large enough.
 *
 * https://github.com/tensorflow/tensorflow/blob/master/tensorflow/core/lib/io/record_writer.h
 */
export function writeRecord(target: Buffer, offset: number, data: Uint8Array): number {
  target.writeUInt32LE(data.length, offset);
  target.writeUInt32LE(0, offset + 4);
  target.writeUInt32LE(maskedCrc32c(target.subarray(offset, offset + 8)), offset + 8);
  target.set(data, offset + 12);
  target.writeUInt32LE(maskedCrc32c(data), offset + 12 + data.length);
  return offset + RECORD_OVERHEAD + data.length;
}

/**
 * The size of the whole records within the first `end` bytes of `records`, which begins with a
 * record.
 */
export function wholeRecords(records: Buffer, end: number): number {
  let whole = 0;
  while (whole + RECORD_OVERHEAD <= end) {
    const next = whole + RECORD_OVERHEAD + records.readUInt32LE(whole);
    if (next > end) break;
    whole = next;
  }
  return whole;
}

/** The number of records. */
export function countRecords(records: Buffer): number {
  let count = 0;
  for (let offset = 0; offset < records.length; count++)
    offset += RECORD_OVERHEAD + records.readUInt32LE(offset);
  return count;
}

/**
 * A checksum for bytes that may themselves contain checksums: CRC32C rotated by 15 bits, plus a
 * constant.
 */
function maskedCrc32c(bytes: Uint8Array): number {
  const crc = crc32c.buf(bytes);
  return (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0;
}

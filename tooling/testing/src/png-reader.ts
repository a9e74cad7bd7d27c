import { inflateSync } from 'node:zlib';

const SIGNATURE = '89504e470d0a1a0a';

/** Pillow's name and the number of channels of each PNG color type. */
const MODES: Readonly<Record<number, readonly [mode: string, channels: number]>> = {
  0: ['L', 1],
  2: ['RGB', 3],
  4: ['LA', 2],
  6: ['RGBA', 4],
};

/** Returns the pixels of a PNG with 8 bits a channel and unfiltered rows; throws for any other. */
export function readPng(png: Buffer): {
  mode: string;
  size: [width: number, height: number];
  pixels: number[];
} {
  if (png.subarray(0, 8).toString('hex') !== SIGNATURE)
    throw new Error('expected a PNG; its signature is missing');
  const chunks = new Map<string, Buffer>();
  for (let offset = 8; offset < png.length; ) {
    const length = png.readUInt32BE(offset);
    const typeAndData = png.subarray(offset + 4, offset + 8 + length);
    if (png.readUInt32BE(offset + 8 + length) !== sum(typeAndData))
      throw new Error(`a damaged chunk at ${offset}`);
    chunks.set(typeAndData.toString('latin1', 0, 4), typeAndData.subarray(4));
    offset += 12 + length;
  }
  if ([...chunks.keys()].join() !== 'IHDR,IDAT,IEND') throw new Error(`chunks ${[...chunks.keys()].join()}`);
  const header = chunks.get('IHDR') ?? Buffer.alloc(0);
  const [width, height] = [header.readUInt32BE(0), header.readUInt32BE(4)];
  const [mode, channels] = MODES[header.readUInt8(9)] ?? ['unknown', 0];
  if (header.readUInt8(8) !== 8) throw new Error(`${header.readUInt8(8)} bits a channel`);
  const rows = inflateSync(chunks.get('IDAT') ?? Buffer.alloc(0));
  const row = 1 + width * channels;
  if (rows.length !== height * row)
    throw new Error(`${rows.length} bytes for ${width} x ${height} in ${mode}`);
  const pixels = Array.from({ length: height }, (_, y) => {
    if (rows[y * row] !== 0) throw new Error(`row ${y} is filtered`);
    return [...rows.subarray(y * row + 1, (y + 1) * row)];
  });
  return { mode, size: [width, height], pixels: pixels.flat() };
}

/** Computes the CRC32 bit by bit. */
function sum(bytes: Buffer): number {
  let sum = 0xffffffff;
  for (const byte of bytes) {
    sum ^= byte;
    for (let bit = 0; bit < 8; bit++) sum = (sum >>> 1) ^ (sum & 1 ? 0xedb88320 : 0);
  }
  return ~sum >>> 0;
}

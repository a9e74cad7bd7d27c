/**
 * The value of a field: an integer, the 8 or 4 bytes of a fixed-size number, or the bytes of a
 * longer value.
 */
type Field = bigint | Buffer;

/**
 * A protobuf message, read without its .proto file: for tests, so that writer and reader share no
 * mistake.
 */
export class Message {
  readonly #fields = new Map<number, Field[]>();

  /**
   * Reads the wire format; throws for bytes that are not a message.
   * https://protobuf.dev/programming-guides/encoding/
   */
  constructor(bytes: Buffer) {
    let offset = 0;
    const varint = () => {
      let value = 0n;
      for (let shift = 0n; ; shift += 7n) {
        const byte = bytes.readUInt8(offset++);
        value |= BigInt(byte & 0x7f) << shift;
        if (byte < 0x80) return value;
      }
    };
    const take = (length: number) => {
      if (offset + length > bytes.length)
        throw new RangeError(`a field ends after the end of its message of ${bytes.length} bytes`);
      offset += length;
      return bytes.subarray(offset - length, offset);
    };
    const readers: Partial<Record<number, () => Field>> = {
      0: varint,
      1: () => take(8),
      2: () => take(Number(varint())),
      5: () => take(4),
    };
    while (offset < bytes.length) {
      const key = Number(varint());
      const read = readers[key & 7];
      if (!read) throw new RangeError(`there is no wire type ${key & 7}`);
      const known = this.#fields.get(key >> 3);
      const value = read();
      if (known) known.push(value);
      else this.#fields.set(key >> 3, [value]);
    }
  }

  /** The numbers of the fields that are present. */
  get numbers(): number[] {
    return [...this.#fields.keys()];
  }

  /** Reads an int64, uint64, int32, bool or enum; 0 if the field is missing, as in proto3. */
  int(field: number): number {
    const value = this.#fields.get(field)?.at(-1) ?? 0n;
    if (typeof value !== 'bigint') throw new TypeError(`field ${field} is not an integer`);
    return Number(BigInt.asIntN(64, value));
  }

  double(field: number): number {
    return this.#fields.has(field) ? this.bytes(field).readDoubleLE() : 0;
  }

  float(field: number): number {
    return this.#fields.has(field) ? this.bytes(field).readFloatLE() : 0;
  }

  /** Reads a repeated double, which is packed. */
  doubles(field: number): number[] {
    const bytes = this.bytes(field);
    return Array.from({ length: bytes.length / 8 }, (_, i) => bytes.readDoubleLE(8 * i));
  }

  bytes(field: number): Buffer {
    return this.all(field).at(-1) ?? Buffer.alloc(0);
  }

  /** Reads a string; throws for bytes that are not UTF-8. */
  string(field: number): string {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(this.bytes(field));
  }

  message(field: number): Message {
    return new Message(this.bytes(field));
  }

  /** Reads a repeated message, string or bytes field, or the entries of a map. */
  all(field: number): Buffer[] {
    return (this.#fields.get(field) ?? []).map((value) => {
      if (typeof value === 'bigint') throw new TypeError(`field ${field} is an integer; expected bytes`);
      return value;
    });
  }

  /** Reads a repeated message. */
  messages(field: number): Message[] {
    return this.all(field).map((bytes) => new Message(bytes));
  }
}

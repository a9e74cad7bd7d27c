/*
 * The little of the protobuf wire format that writing a graph takes: a message is the concatenation
 * of its fields.
 */

/** Bytes that are one message, or a part of one. */
export type Message = Uint8Array;

const VARINT = 0;
const LENGTH = 2;
const FIXED32 = 5;
const text = new TextEncoder();

/** A message of these fields. */
export function message(...fields: readonly Message[]): Message {
  const whole = new Uint8Array(fields.reduce((size, { length }) => size + length, 0));
  let at = 0;
  for (const field of fields) {
    whole.set(field, at);
    at += field.length;
  }
  return whole;
}

/** A field that holds a message, bytes or a string. */
export function bytes(field: number, value: Message | string): Message {
  const content = typeof value === 'string' ? text.encode(value) : value;
  return message(varint((field << 3) | LENGTH), varint(content.length), content);
}

/** A field that holds a whole number, an enumeration or a boolean. */
export function integer(field: number, value: number | boolean): Message {
  return message(varint((field << 3) | VARINT), varint(Number(value)));
}

/** A field that holds a float32. */
export function float(field: number, value: number): Message {
  const content = new DataView(new ArrayBuffer(4));
  content.setFloat32(0, value, true);
  return message(varint((field << 3) | FIXED32), new Uint8Array(content.buffer));
}

/** 7 bits a byte, the lowest first; a negative number as its 64-bit two's complement. */
function varint(value: number): Message {
  const result: number[] = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  while (rest > 0x7fn) {
    result.push(Number(rest & 0x7fn) | 0x80);
    rest >>= 7n;
  }
  result.push(Number(rest));
  return Uint8Array.from(result);
}

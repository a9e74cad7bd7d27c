import { type Bytes, unsigned } from './encode.js';
import { codeOf, type Effect, type Local, type Operand, type Type, type Value } from './value.js';

/** The prefix of all vector instructions. */
const VECTOR = 0xfd;

type Unary<T extends Type, R extends Type> = (x: Operand<T>) => Value<R>;
type Binary<T extends Type> = (a: Operand<T>, b: Operand<T>) => Value<T>;
type Load<T extends Type> = (address: Operand<'i32'>, offset?: number) => Value<T>;
type Store<T extends Type> = (address: Operand<'i32'>, value: Operand<T>, offset?: number) => Effect;

/**
 * One byte for the instructions of WebAssembly's first version, or the prefix and a number for
 * vector instructions.
 */
const opcode = (code: number, type: Type): Bytes => (type === 'v128' ? [VECTOR, ...unsigned(code)] : [code]);

const unary =
  <T extends Type, R extends Type>(from: T, to: R, code: Bytes): Unary<T, R> =>
  (x) => ({ type: to, code: [...codeOf(from, x), ...code] });

const binary =
  <T extends Type>(type: T, code: number): Binary<T> =>
  (a, b) => ({ type, code: [...codeOf(type, a), ...codeOf(type, b), ...opcode(code, type)] });

// Addresses need not be aligned, so the alignment hint is 2⁰.
const place = (offset: number): Bytes => [0, ...unsigned(offset)];

const load =
  <T extends Type>(type: T, code: number): Load<T> =>
  (address, offset = 0) => ({
    type,
    code: [...codeOf('i32', address), ...opcode(code, type), ...place(offset)],
  });

const store =
  <T extends Type>(type: T, code: number): Store<T> =>
  (address, value, offset = 0) => ({
    effect: [...codeOf('i32', address), ...codeOf(type, value), ...opcode(code, type), ...place(offset)],
  });

const vector = (code: number): Bytes => [VECTOR, ...unsigned(code)];
const shift =
  (code: number) =>
  (x: Value<'v128'>, bits: Operand<'i32'>): Value<'v128'> => ({
    type: 'v128',
    code: [...x.code, ...codeOf('i32', bits), ...vector(code)],
  });
const lane =
  <T extends Type>(type: T, code: number) =>
  (x: Value<'v128'>, index: number): Value<T> => ({ type, code: [...x.code, ...vector(code), index] });

/** 32-bit integers, and addresses; comparisons give 1 or 0. */
export const i32 = {
  add: binary('i32', 0x6a),
  sub: binary('i32', 0x6b),
  mul: binary('i32', 0x6c),
  and: binary('i32', 0x71),
  shl: binary('i32', 0x74),
  shrUnsigned: binary('i32', 0x76),
  eq: binary('i32', 0x46),
  ltUnsigned: binary('i32', 0x49),
  gtUnsigned: binary('i32', 0x4b),
  load: load('i32', 0x28),
  store: store('i32', 0x36),
};

/** 32-bit floating-point numbers. */
export const f32 = {
  load: load('f32', 0x2a),
  store: store('f32', 0x38),
  demote: unary('f64', 'f32', [0xb6]),
};

/** 64-bit floating-point numbers. */
export const f64 = {
  add: binary('f64', 0xa0),
  sub: binary('f64', 0xa1),
  mul: binary('f64', 0xa2),
  div: binary('f64', 0xa3),
  sqrt: unary('f64', 'f64', [0x9f]),
  load: load('f64', 0x2b),
  store: store('f64', 0x39),
  promote: unary('f32', 'f64', [0xbb]),
  convertUnsigned: unary('i32', 'f64', [0xb8]),
};

/** Vectors as 128 bits. */
export const v128 = {
  load: load('v128', 0),
  /** One float32 of memory in all four lanes. */
  load32Splat: load('v128', 9),
  /** One float32 of memory in lane 0, zeros in the others. */
  load32Zero: load('v128', 0x5c),
  /** Two float32 of memory in lanes 0 and 1, zeros in the others. */
  load64Zero: load('v128', 0x5d),
  store: store('v128', 11),
  /** Stores lane 0 of four. */
  store32Lane0: (address: Operand<'i32'>, value: Value<'v128'>, offset = 0): Effect => ({
    effect: [...codeOf('i32', address), ...value.code, ...vector(0x5a), ...place(offset), 0],
  }),
  /** Stores lane 0 of two. */
  store64Lane0: (address: Operand<'i32'>, value: Value<'v128'>, offset = 0): Effect => ({
    effect: [...codeOf('i32', address), ...value.code, ...vector(0x5b), ...place(offset), 0],
  }),
  and: binary('v128', 0x4e),
  or: binary('v128', 0x50),
  xor: binary('v128', 0x51),
  /** Bits of a where b has zeros. */
  andNot: binary('v128', 0x4f),
  /** Bits of a where the mask has ones, bits of b where it has zeros. */
  select: (a: Value<'v128'>, b: Value<'v128'>, mask: Value<'v128'>): Value<'v128'> => ({
    type: 'v128',
    code: [...a.code, ...b.code, ...mask.code, ...vector(0x52)],
  }),
};

/** Vectors of four 32-bit integers; comparisons give all bits or none. */
export const i32x4 = {
  splat: unary('i32', 'v128', vector(17)),
  add: binary('v128', 0xae),
  sub: binary('v128', 0xb1),
  eq: binary('v128', 0x37),
  lt: binary('v128', 0x39),
  ltUnsigned: binary('v128', 0x3a),
  shl: shift(0xab),
  shr: shift(0xac),
  shrUnsigned: shift(0xad),
  /** The lanes with these indices; 0 to 3 are a's and 4 to 7 are b's. */
  shuffle: (
    a: Value<'v128'>,
    b: Value<'v128'>,
    lanes: readonly [number, number, number, number],
  ): Value<'v128'> => ({
    type: 'v128',
    code: [
      ...a.code,
      ...b.code,
      ...vector(13),
      ...lanes.flatMap((index) => [0, 1, 2, 3].map((byte) => index * 4 + byte)),
    ],
  }),
};

/** Vectors of four float32; comparisons give all bits or none. */
export const f32x4 = {
  splat: unary('f32', 'v128', vector(19)),
  lane: lane('f32', 31),
  add: binary('v128', 0xe4),
  sub: binary('v128', 0xe5),
  mul: binary('v128', 0xe6),
  div: binary('v128', 0xe7),
  sqrt: unary('v128', 'v128', vector(0xe3)),
  /** The larger one; NaN if either is NaN. */
  max: binary('v128', 0xe9),
  gt: binary('v128', 0x44),
  le: binary('v128', 0x45),
  /** Two float64 as float32, in lanes 0 and 1. */
  demote: unary('v128', 'v128', vector(0x5e)),
};

/** Vectors of two float64. */
export const f64x2 = {
  splat: unary('f64', 'v128', vector(20)),
  lane: lane('f64', 33),
  add: binary('v128', 0xf0),
  sub: binary('v128', 0xf1),
  mul: binary('v128', 0xf2),
  div: binary('v128', 0xf3),
  sqrt: unary('v128', 'v128', vector(0xef)),
  /** The sum of both lanes. */
  total: (x: Local<'v128'>): Value<'f64'> => f64.add(lane('f64', 33)(x, 0), lane('f64', 33)(x, 1)),
  /** Lanes 0 and 1 of four float32 as float64. */
  promote: unary('v128', 'v128', vector(0x5f)),
};

import { type Bytes, float32, float64, signed } from './encode.js';

/**
 * A type of WebAssembly: 32-bit integers, which addresses are too, floating-point numbers, and
 * vectors of 128 bits.
 */
export type Type = 'i32' | 'f32' | 'f64' | 'v128';

/** An expression: instructions that leave one value of the type `T`. */
export interface Value<T extends Type> {
  /** The type of the value. */
  readonly type: T;
  /** The instructions of the expression. */
  readonly code: Bytes;
}

/** A variable of a function, or one of its parameters. */
export interface Local<T extends Type> extends Value<T> {
  /** The index in the function. */
  readonly index: number;
}

/** Instructions with an effect and without a result. */
export interface Effect {
  /** The instructions. */
  readonly effect: Bytes;
}

/**
 * An operand of an instruction: an expression, or for scalar types a JavaScript number as a
 * constant.
 */
export type Operand<T extends Type> = Value<T> | (T extends 'v128' ? never : number);

/** The instructions of an operand. */
export function codeOf<T extends Type>(type: T, operand: Value<T> | number): Bytes {
  if (typeof operand !== 'number') return operand.code;
  if (type === 'f32') return [0x43, ...float32(operand)];
  if (type === 'f64') return [0x44, ...float64(operand)];
  return [0x41, ...signed(operand)];
}

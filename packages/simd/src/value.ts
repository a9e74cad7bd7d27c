import { type Bytes, float32, float64, signed } from './encode.js';

/** A type of WebAssembly: whole numbers of 32 bits, which addresses are too, numbers, and vectors of 128 bits. */
export type Type = 'i32' | 'f32' | 'f64' | 'v128';

/** An expression: instructions that leave one value of the type `T`. */
export interface Value<T extends Type> {
  /** The type of what it gives. */
  readonly type: T;
  /** Its instructions. */
  readonly code: Bytes;
}

/** A variable of a function, or one of its parameters. */
export interface Local<T extends Type> extends Value<T> {
  /** Its number in the function. */
  readonly index: number;
}

/** Instructions that leave nothing behind but what they do. */
export interface Effect {
  /** The instructions. */
  readonly effect: Bytes;
}

/** What an instruction takes: an expression, or for numbers a JavaScript number, which is a constant then. */
export type Operand<T extends Type> = Value<T> | (T extends 'v128' ? never : number);

/** The instructions of an operand. */
export function codeOf<T extends Type>(type: T, operand: Value<T> | number): Bytes {
  if (typeof operand !== 'number') return operand.code;
  if (type === 'f32') return [0x43, ...float32(operand)];
  if (type === 'f64') return [0x44, ...float64(operand)];
  return [0x41, ...signed(operand)];
}

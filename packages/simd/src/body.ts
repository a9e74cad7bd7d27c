import { type Bytes, list, sized, unsigned } from './encode.js';
import { f32x4, f64x2, i32, i32x4, v128 } from './instructions.js';
import { codeOf, type Effect, type Local, type Operand, type Type, type Value } from './value.js';

/** The type codes of WebAssembly's binary format. */
export const TYPE_CODES: Readonly<Record<Type, number>> = { i32: 0x7f, f32: 0x7d, f64: 0x7c, v128: 0x7b };

const LOOP = [0x03, 0x40];
const IF = [0x04, 0x40];
const END = 0x0b;
/** A branch to the start of the loop around the condition. */
const AGAIN = [0x0c, 1];

/**
 * The loads and stores of {@link Body.elements}: four float32 at a time, or one alone in lane 0.
 */
export interface Lanes {
  /** Loads elements of the array that begins at this address. */
  load(array: Operand<'i32'>): Value<'v128'>;
  /** Stores elements of the array that begins at this address. */
  store(array: Operand<'i32'>, value: Value<'v128'>): void;
}

/** The loads and stores of {@link Body.doubles}: two float32 as float64, or one alone in lane 0. */
export interface Doubles extends Lanes {
  /**
   * Sets the lanes without elements to zero, whatever was computed in them; needed before a sum.
   */
  maskTail(value: Value<'v128'>): Value<'v128'>;
}

/** The body of a function: its variables and its instructions, in order. */
export class Body {
  readonly #types: Type[];
  readonly #parameters: number;
  #code: number[] = [];

  /** @param parameters the types of the function's parameters, which are its first variables */
  constructor(parameters: readonly Type[]) {
    this.#types = [...parameters];
    this.#parameters = parameters.length;
  }

  /** The parameter with the given index. */
  parameter<T extends Type>(type: T, index: number): Local<T> {
    return { type, index, code: [0x20, ...unsigned(index)] };
  }

  /**
   * Declares a variable. It keeps its value from one iteration of a loop to the next, so assign its
   * value at the start of each.
   */
  local<T extends Type>(type: T, start: Operand<T>): Local<T> {
    const local = this.parameter(type, this.#types.length);
    this.#types.push(type);
    this.set(local, start);
    return local;
  }

  /** Assigns a value to a variable. */
  set<T extends Type>(local: Local<T>, value: Operand<T>): void {
    this.#emit([...codeOf(local.type, value), 0x21, ...unsigned(local.index)]);
  }

  /** Appends an instruction without a result: a store. */
  do({ effect }: Effect): void {
    this.#emit(effect);
  }

  /** Repeats the instructions of `inner` as long as the condition is not 0. */
  while(condition: Value<'i32'>, inner: () => void): void {
    this.#emit([...LOOP, ...condition.code, ...IF]);
    inner();
    this.#emit([...AGAIN, END, END]);
  }

  /** Repeats the instructions of `inner` for `from`, `from + step`, … below `to`; all unsigned. */
  for(
    from: Operand<'i32'>,
    to: Operand<'i32'>,
    step: Operand<'i32'>,
    inner: (i: Local<'i32'>) => void,
  ): void {
    const i = this.local('i32', from);
    this.while(i32.ltUnsigned(i, to), () => {
      inner(i);
      this.set(i, i32.add(i, step));
    });
  }

  /**
   * Applies the instructions of `inner` to arrays of `count` float32, four elements at a time and
   * the rest one by one, with the same instructions. A result therefore depends neither on an
   * array's address nor on the number of elements after it.
   */
  elements(count: Operand<'i32'>, inner: (lanes: Lanes) => void): void {
    const bytes = this.local('i32', i32.shl(count, 2));
    const whole = this.local('i32', i32.and(bytes, -16));
    this.for(0, whole, 16, (at) => {
      inner({
        load: (array) => v128.load(i32.add(array, at)),
        store: (array, value) => this.do(v128.store(i32.add(array, at), value)),
      });
    });
    this.for(whole, bytes, 4, (at) => {
      inner({
        load: (array) => v128.load32Zero(i32.add(array, at)),
        store: (array, value) => this.do(v128.store32Lane0(i32.add(array, at), value)),
      });
    });
  }

  /**
   * The same as {@link elements} in float64: elements are converted to float64 on load, and
   * rounded to float32 on store.
   */
  doubles(count: Operand<'i32'>, inner: (doubles: Doubles) => void): void {
    const bytes = this.local('i32', i32.shl(count, 2));
    const whole = this.local('i32', i32.and(bytes, -8));
    this.for(0, whole, 8, (at) => {
      inner({
        load: (array) => f64x2.promote(v128.load64Zero(i32.add(array, at))),
        store: (array, value) => this.do(v128.store64Lane0(i32.add(array, at), f32x4.demote(value))),
        maskTail: (value) => value,
      });
    });
    // At most one element.
    this.for(whole, bytes, 4, (at) => {
      inner({
        load: (array) => f64x2.promote(v128.load32Zero(i32.add(array, at))),
        store: (array, value) => this.do(v128.store32Lane0(i32.add(array, at), f32x4.demote(value))),
        maskTail: (value) => i32x4.shuffle(value, f64x2.splat(0), [0, 1, 4, 5]),
      });
    });
  }

  /** The function in WebAssembly's binary format. */
  encode(): Bytes {
    const locals = this.#types.slice(this.#parameters).map((type): Bytes => [1, TYPE_CODES[type]]);
    return sized([...list(locals), ...this.#code, END]);
  }

  #emit(code: Bytes): void {
    for (const byte of code) this.#code.push(byte);
  }
}

import { Body, TYPE_CODES } from './body.js';
import { type Bytes, list, sized, text, unsigned } from './encode.js';
import { f32x4 } from './instructions.js';
import type { Local, Type } from './value.js';

/** A parameter type; JavaScript cannot pass vectors. */
export type Scalar = Exclude<Type, 'v128'>;

/** The parameters of a function as its body receives them. */
export type Locals<Parameters extends readonly Scalar[]> = { [K in keyof Parameters]: Local<Parameters[K]> };

/** The declaration of a function. It has no result: it writes to memory. */
export interface SimdFunction<Parameters extends readonly Scalar[]> {
  /** The types of the parameters. */
  readonly parameters: Parameters;
  /** Writes the instructions of the function. */
  write(body: Body, ...parameters: Locals<Parameters>): void;
}

/** Functions by name. */
export type Functions = Readonly<Record<string, SimdFunction<readonly Scalar[]>>>;

/** A module's functions as JavaScript calls them, with one number for each parameter. */
export type Callable<Declared extends Functions> = {
  readonly [Name in keyof Declared]: Declared[Name] extends SimdFunction<infer Parameters>
    ? (...args: { [K in keyof Parameters]: number }) => void
    : never;
};

/**
 * Declares a function of {@link simdModule}: the types of its parameters, and a function that
 * writes its instructions.
 */
export function simdFunction<const Parameters extends readonly Scalar[]>(
  parameters: Parameters,
  write: (body: Body, ...parameters: Locals<Parameters>) => void,
): SimdFunction<Parameters> {
  return { parameters, write };
}

/** Functions that can be instantiated on a memory. */
export interface SimdModule<Declared extends Functions> {
  /**
   * The functions on this memory; each call with the same memory returns the same functions.
   * Returns null without WebAssembly SIMD (a browser before 2023, a page whose content security
   * policy forbids WebAssembly); the caller then computes in JavaScript.
   */
  on(memory: WebAssembly.Memory): Callable<Declared> | null;
}

/**
 * A WebAssembly module of functions that are written in TypeScript.
 *
 * The first call of `on` assembles and compiles it in a few milliseconds, once for all memories of
 * a kind, shared (with threads) or not.
 *
 * @example
 * ```ts
 * import { f32x4, simdFunction, simdModule } from '@trainkit/simd';
 *
 * const module = simdModule({
 *   // y = x · factor, of n float32
 *   scale: simdFunction(['i32', 'i32', 'f32', 'i32'], (f, y, x, factor, n) => {
 *     const factors = f.local('v128', f32x4.splat(factor));
 *     f.elements(n, ({ load, store }) => store(y, f32x4.mul(load(x), factors)));
 *   }),
 * });
 *
 * const memory = new WebAssembly.Memory({ initial: 1 });
 * const numbers = new Float32Array(memory.buffer, 0, 5);
 * numbers.set([1, 2, 3, 4, 5]);
 * module.on(memory)?.scale(0, 0, 0.5, 5);
 * console.log(numbers.join(' ')); // → 0.5 1 1.5 2 2.5
 * ```
 */
export function simdModule<Declared extends Functions>(functions: Declared): SimdModule<Declared> {
  // Threads share their memory, and a module declares if its memory is shared.
  const compiled = new Map<boolean, WebAssembly.Module>();
  const onMemory = new WeakMap<WebAssembly.Memory, Callable<Declared>>();
  return {
    on(memory) {
      const known = onMemory.get(memory);
      if (known !== undefined) return known;
      if (!isSupported()) return null;
      const shared = !(memory.buffer instanceof ArrayBuffer);
      const module = compiled.get(shared) ?? new WebAssembly.Module(assemble(functions, shared));
      compiled.set(shared, module);
      const { exports } = new WebAssembly.Instance(module, { [HOST]: { [MEMORY]: memory } });
      const callable = exports as Callable<Declared>;
      onMemory.set(memory, callable);
      return callable;
    },
  };
}

const HOST = 'host';
const MEMORY = 'memory';
/** The largest number of pages of 64 kB. */
const ALL_PAGES = 65_536;

/** The module in WebAssembly's binary format. */
export function assemble(functions: Functions, shared: boolean): Uint8Array<ArrayBuffer> {
  const declared = Object.entries(functions);
  const types = declared.map(([, { parameters }]): Bytes => {
    const codes = parameters.map((type) => [TYPE_CODES[type]]);
    return [0x60, ...list(codes), ...list([])];
  });
  const limits: Bytes = shared ? [3, 0, ...unsigned(ALL_PAGES)] : [0, 0];
  const bodies = declared.map(([, { parameters, write }]) => {
    const body = new Body(parameters);
    write(body, ...parameters.map((type, i) => body.parameter(type, i)));
    return body.encode();
  });
  return Uint8Array.from([
    ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, list(types)),
    ...section(2, list([[...text(HOST), ...text(MEMORY), 2, ...limits]])),
    ...section(3, list(declared.map((_, i) => unsigned(i)))),
    ...section(7, list(declared.map(([name], i) => [...text(name), 0, ...unsigned(i)]))),
    ...section(10, list(bodies)),
  ]);
}

function section(number: number, content: Bytes): Bytes {
  return [number, ...sized(content)];
}

let supported: boolean | undefined;

/**
 * True if WebAssembly SIMD can be compiled here; tried once, with a function that makes a vector.
 */
function isSupported(): boolean {
  supported ??= canCompile();
  return supported;
}

function canCompile(): boolean {
  const probe = simdFunction([], (f) => {
    f.local('v128', f32x4.splat(0));
  });
  try {
    return new WebAssembly.Module(assemble({ probe }, false)) instanceof WebAssembly.Module;
  } catch {
    return false;
  }
}

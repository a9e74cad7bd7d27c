import { afterEach, describe, expect, it, vi } from 'vitest';
import { f32, f32x4, f64, f64x2, i32, i32x4, simdFunction, simdModule, v128 } from './index.js';
import { assemble } from './module.js';

const fround = Math.fround;
const memory = new WebAssembly.Memory({ initial: 1 });
const floats = new Float32Array(memory.buffer);
const doubles = new Float64Array(memory.buffer);
const integers = new Int32Array(memory.buffer);

afterEach(() => {
  integers.fill(0);
  vi.unstubAllGlobals();
  vi.resetModules();
});

describe('instructions', () => {
  const A = [1.5, -2, 3, 0.1];
  const B = [0.5, 4, -3, 0.3];
  type Operation = (a: number, b: number) => number;
  type Lanes = typeof f32x4.add;

  it.each<[string, Lanes, Operation]>([
    ['add', f32x4.add, (a, b) => a + b],
    ['sub', f32x4.sub, (a, b) => a - b],
    ['mul', f32x4.mul, (a, b) => a * b],
    ['div', f32x4.div, (a, b) => a / b],
    ['max', f32x4.max, Math.max],
    ['sqrt', (a) => f32x4.sqrt(a), (a) => Math.sqrt(a)],
  ])('f32x4.%s', (_name, instruction, operation) => {
    const code = simdModule({
      run: simdFunction([], (f) => f.do(v128.store(32, instruction(v128.load(0), v128.load(16))))),
    });
    floats.set([...A, ...B]);
    code.on(memory)?.run();
    expect(Array.from(floats.subarray(8, 12))).toEqual(
      A.map((a, i) => fround(operation(fround(a), fround(B[i]!)))),
    );
  });

  it.each<[string, Lanes, Operation]>([
    ['add', f64x2.add, (a, b) => a + b],
    ['sub', f64x2.sub, (a, b) => a - b],
    ['mul', f64x2.mul, (a, b) => a * b],
    ['div', f64x2.div, (a, b) => a / b],
    ['sqrt', (_, b) => f64x2.sqrt(b), (_, b) => Math.sqrt(b)],
  ])('f64x2.%s', (_name, instruction, operation) => {
    const code = simdModule({
      run: simdFunction([], (f) => f.do(v128.store(32, instruction(v128.load(0), v128.load(16))))),
    });
    doubles.set([1 / 3, -7, 3, 0.1]);
    code.on(memory)?.run();
    expect(Array.from(doubles.subarray(4, 6))).toEqual([operation(1 / 3, 3), operation(-7, 0.1)]);
  });

  const HIGH = 0x8000_0001 | 0;
  it.each<[string, Lanes, number[]]>([
    ['add', i32x4.add, [4, HIGH + 1, 0, 2]],
    ['sub', i32x4.sub, [6, HIGH - 1, 0, 0]],
    ['eq', i32x4.eq, [0, 0, -1, -1]],
    ['lt', i32x4.lt, [0, -1, 0, 0]],
    ['ltUnsigned', i32x4.ltUnsigned, [-1, 0, 0, 0]],
    ['shl by 1', (a) => i32x4.shl(a, 1), [10, 2, 0, 2]],
    ['shr by 1', (a) => i32x4.shr(a, 1), [2, HIGH >> 1, 0, 0]],
    ['shrUnsigned by 1', (a) => i32x4.shrUnsigned(a, 1), [2, HIGH >>> 1, 0, 0]],
    ['shuffle', (a, b) => i32x4.shuffle(a, b, [1, 4, 5, 0]), [HIGH, -1, 1, 5]],
    ['and', v128.and, [5, 1, 0, 1]],
    ['or', v128.or, [-1, HIGH, 0, 1]],
    ['xor', v128.xor, [-6, HIGH ^ 1, 0, 0]],
  ])('i32x4.%s', (_name, instruction, expected) => {
    const code = simdModule({
      run: simdFunction([], (f) => f.do(v128.store(32, instruction(v128.load(0), v128.load(16))))),
    });
    integers.set([5, HIGH, 0, 1, -1, 1, 0, 1]);
    code.on(memory)?.run();
    expect(Array.from(integers.subarray(8, 12))).toEqual(expected);
  });

  it('of single numbers compute like JavaScript, and constants have their values', () => {
    const code = simdModule({
      run: simdFunction(['i32', 'f64'], (f, a, x) => {
        const stores = [
          i32.add(a, -70_000),
          i32.sub(a, 1),
          i32.mul(a, a),
          i32.and(a, 6),
          i32.shl(a, 3),
          i32.shrUnsigned(-1, a),
          i32.eq(a, 7),
          i32.ltUnsigned(a, -1),
          i32.gtUnsigned(a, -1),
        ];
        for (const [i, value] of stores.entries()) f.do(i32.store(0, value, 4 * i));
        const numbers = [
          f64.add(x, 0.1),
          f64.sub(x, 1e300),
          f64.mul(x, x),
          f64.div(1, x),
          f64.sqrt(x),
          f64.promote(f32.demote(x)),
          f64.convertUnsigned(-1),
        ];
        for (const [i, value] of numbers.entries()) f.do(f64.store(64, value, 8 * i));
        f.do(f32.store(128, f32.demote(f64.load(64)), 0));
        f.do(f32.store(132, f32.load(128)));
        f.do(i32.store(136, i32.load(4)));
      }),
    });
    code.on(memory)?.run(7, 0.7);
    expect(Array.from(integers.subarray(0, 9))).toEqual([-69_993, 6, 49, 6, 56, 2 ** 25 - 1, 1, 1, 0]);
    expect(Array.from(doubles.subarray(8, 15))).toEqual([
      0.7 + 0.1,
      0.7 - 1e300,
      0.7 * 0.7,
      1 / 0.7,
      Math.sqrt(0.7),
      fround(0.7),
      2 ** 32 - 1,
    ]);
    expect([floats[32], floats[33], integers[34]]).toEqual([fround(0.8), fround(0.8), 6]);
  });

  it('load and store parts of vectors', () => {
    const code = simdModule({
      run: simdFunction([], (f) => {
        f.do(v128.store(64, v128.load32Splat(4)));
        f.do(v128.store(80, v128.load32Zero(4)));
        f.do(v128.store(96, v128.load64Zero(4)));
        f.do(v128.store32Lane0(112, v128.load(8)));
        f.do(v128.store64Lane0(120, v128.load(8)));
        f.do(f32.store(128, f32x4.lane(v128.load(0), 2)));
        f.do(f64.store(136, f64x2.lane(f64x2.promote(v128.load(0)), 1)));
        f.do(v128.store(144, f32x4.demote(f64x2.splat(0.1))));
        f.do(v128.store(160, f32x4.gt(v128.load(0), f32x4.splat(2))));
        f.do(v128.store(176, i32x4.splat(9)));
      }),
    });
    floats.set([1, 2, 3, 4, 5, 6, 7, 8]);
    code.on(memory)?.run();
    expect(Array.from(floats.subarray(16, 33))).toEqual([2, 2, 2, 2, 2, 0, 0, 0, 2, 3, 0, 0, 3, 0, 3, 4, 3]);
    expect(doubles[17]).toBe(2);
    expect(Array.from(floats.subarray(36, 40))).toEqual([fround(0.1), fround(0.1), 0, 0]);
    expect(Array.from(integers.subarray(40, 48))).toEqual([0, 0, -1, -1, 9, 9, 9, 9]);
  });
});

describe('bodies', () => {
  const scale = simdModule({
    double: simdFunction(['i32', 'i32', 'i32'], (f, y, x, n) =>
      f.elements(n, ({ load, store }) => store(y, f32x4.add(load(x), load(x)))),
    ),
  });

  it.each([0, 1, 3, 4, 5, 8, 11])('elements: %i of them, wherever they lie, and no more', (n) => {
    for (const from of [0, 4, 12]) {
      floats.fill(0).set(
        Array.from({ length: n + 4 }, (_, i) => i + 1),
        from / 4,
      );
      scale.on(memory)?.double(1024 + from, from, n);
      const results = Array.from(floats.subarray(256 + from / 4, 256 + from / 4 + n + 4));
      expect(results).toEqual([...Array.from({ length: n }, (_, i) => 2 * (i + 1)), 0, 0, 0, 0]);
    }
  });

  const moments = simdModule({
    /** y = x · x in float64, and the sum of (x − 1)² in float64. */
    squares: simdFunction(['i32', 'i32', 'i32', 'i32'], (f, y, x, n, total) => {
      const sum = f.local('v128', f64x2.splat(0));
      f.doubles(n, ({ load, store, maskTail }) => {
        const value = f.local('v128', load(x));
        const distance = f.local('v128', f64x2.sub(value, f64x2.splat(1)));
        store(y, f64x2.mul(value, value));
        f.set(sum, f64x2.add(sum, maskTail(f64x2.mul(distance, distance))));
      });
      f.do(f64.store(total, f64x2.total(sum)));
    }),
  });

  it.each([0, 1, 2, 3, 5, 8])('doubles: %i of them, rounded once, without missing elements', (n) => {
    const x = Array.from({ length: n + 2 }, (_, i) => fround(1.1 + i / 3));
    floats.set(x, 1);
    moments.on(memory)?.squares(1028, 4, n, 0x4000);
    const squares = x.slice(0, n).map((value) => fround(value * value));
    expect(Array.from(floats.subarray(257, 257 + n + 2))).toEqual([...squares, 0, 0]);
    const sum = x.slice(0, n).reduce((total, value) => total + (value - 1) ** 2, 0);
    expect(doubles[0x800]).toBeCloseTo(sum, 12);
  });

  it('for and while: nested, with steps, and no iteration if the end is reached', () => {
    const code = simdModule({
      run: simdFunction(['i32', 'i32'], (f, from, to) => {
        const count = f.local('i32', 0);
        const inner = f.local('i32', 0);
        f.for(from, to, 3, (i) => {
          f.set(count, i32.add(count, 1));
          f.for(0, i32.and(i, 15), 1, () => f.set(inner, i32.add(inner, 1)));
        });
        f.do(i32.store(0, count));
        f.do(i32.store(4, inner));
      }),
    });
    const run = code.on(memory)?.run;
    const counts = (from: number, to: number) => {
      run?.(from, to);
      return [integers[0], integers[1]];
    };
    expect(counts(0, 10)).toEqual([4, 0 + 3 + 6 + 9]);
    expect(counts(10, 10)).toEqual([0, 0]);
    // Unsigned, as addresses are: the sign bit has no special meaning.
    expect(counts(0x7fff_fffc, 0x8000_0002)).toEqual([2, 12 + 15]);
  });
});

describe('modules', () => {
  const declared = { store: simdFunction(['i32', 'f32'], (f, at, value) => f.do(f32.store(at, value))) };

  it('work on several memories, also on those that threads share', () => {
    const module = simdModule(declared);
    const shared = new WebAssembly.Memory({ initial: 1, maximum: 65_536, shared: true });
    module.on(memory)?.store(4, 0.5);
    module.on(shared)?.store(4, 0.25);
    expect([floats[1], new Float32Array(shared.buffer)[1]]).toEqual([0.5, 0.25]);
  });

  it('follow a memory that grows', () => {
    const growing = new WebAssembly.Memory({ initial: 1 });
    const functions = simdModule(declared).on(growing);
    expect(() => functions?.store(65_536, 1)).toThrow(WebAssembly.RuntimeError);
    growing.grow(1);
    functions?.store(65_536, 1);
    expect(new Float32Array(growing.buffer)[16_384]).toBe(1);
  });

  it('are put on a memory once', () => {
    const module = simdModule(declared);
    expect(module.on(memory)).toBe(module.on(memory));
    expect(module.on(new WebAssembly.Memory({ initial: 1 }))).not.toBe(module.on(memory));
  });

  it('are the same bytes each time', () => {
    expect(assemble(declared, false)).toEqual(assemble(declared, false));
    expect(WebAssembly.validate(assemble(declared, false))).toBe(true);
  });

  it('are null without WebAssembly, and if it may not be compiled', async () => {
    vi.stubGlobal('WebAssembly', undefined);
    vi.resetModules();
    expect((await import('./module.js')).simdModule(declared).on(memory)).toBeNull();
    vi.unstubAllGlobals();
    vi.stubGlobal('WebAssembly', {
      Module: class {
        constructor() {
          throw new EvalError('Refused to compile WebAssembly: the policy has no wasm-unsafe-eval');
        }
      },
    });
    vi.resetModules();
    expect((await import('./module.js')).simdModule(declared).on(memory)).toBeNull();
  });
});

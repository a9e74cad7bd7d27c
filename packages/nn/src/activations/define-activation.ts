import type { NamedAttrMap, Tensor } from '@tensorflow/tfjs-core';
import { defineKernel, type Kernel } from '@trainkit/kernels';
import { simdOnHeap } from '@trainkit/kernels/wasm';
import { elementwise } from '../elementwise.js';
import { nativeMap } from '../native-map.js';
import type { ActivationCode } from './activation-code.js';

/**
 * An activation y = f(x), element by element. Its members are methods, whose parameters TypeScript
 * compares bivariantly.
 */
export interface Activation<Attrs> {
  value: {
    /**
     * f(x) in stock operations that are differentiable everywhere, including ties, NaN and
     * infinities.
     */
    composite(x: Tensor, attrs: Attrs): Tensor;
    /** f(x) of one number in double precision, for cpu. */
    plain(attrs: Attrs): (x: number) => number;
    /**
     * f(x) on tensorflow, if stock operations that are not differentiable everywhere are faster.
     */
    tensorflow?(x: Tensor, attrs: Attrs): Tensor;
  };
  gradient: {
    /** dy · f′(x) in stock operations. */
    composite(x: Tensor, dy: Tensor, attrs: Attrs): Tensor;
    /** f′(x) of one number in double precision, for cpu. */
    slope(attrs: Attrs): (x: number) => number;
  };
  /** The function and its gradient in one pass over the memory of the WebAssembly backend. */
  wasm: {
    code: ActivationCode;
    /** The scalars that the code takes. Default none. */
    parameters?(attrs: Attrs): readonly [a: number, b?: number];
  };
  /**
   * The addon's kernel of f, which takes the same scalars as the wasm code; the kernel of the
   * gradient is `${native}Gradient`.
   */
  native: string;
}

/**
 * Defines the kernel of an activation, and its gradient as a separate kernel, `${name}Gradient`.
 */
export function defineActivation<Attrs extends NamedAttrMap = Record<never, never>>(
  name: `Trainkit${string}`,
  activation: Activation<Attrs>,
): Kernel<{ x: Tensor }, Attrs, [Tensor]>;
export function defineActivation(
  name: `Trainkit${string}`,
  { value, gradient, wasm: { code, parameters }, native }: Activation<NamedAttrMap>,
): unknown {
  const { tensorflow = value.composite } = value;
  const numbersOf = (attrs: NamedAttrMap) => parameters?.(attrs).map((number = 0) => number) ?? [];
  const backward = defineKernel({
    name: `${name}Gradient`,
    composite: ({ x, dy }: { x: Tensor; dy: Tensor }, attrs: NamedAttrMap) => [
      gradient.composite(x, dy, attrs),
    ],
    wasm: ({ x, dy }, attrs) => {
      const heap = simdOnHeap(code, x, dy);
      if (heap === null) return null;
      const [a = 0, b = 0] = numbersOf(attrs);
      const dx = heap.make(x.shape);
      heap.code.gradient(heap.address(dx), heap.address(x), heap.address(dy), x.size, a, b);
      return [dx];
    },
    cpu: ({ x, dy }, attrs) => {
      const slope = gradient.slope(attrs);
      return elementwise((at, by) => by * slope(at), x, dy);
    },
    native: ({ x, dy }, attrs) => nativeMap(`${native}Gradient`, [x, dy], numbersOf(attrs)),
  });
  return defineKernel({
    name,
    composite: ({ x }: { x: Tensor }, attrs: NamedAttrMap) => [value.composite(x, attrs)],
    gradient: ([dy], { inputs: { x } }, attrs) => ({ x: () => backward({ x, dy }, attrs)[0] }),
    tensorflow: ({ x }, attrs) => [tensorflow(x, attrs)],
    wasm: ({ x }, attrs) => {
      const heap = simdOnHeap(code, x);
      if (heap === null) return null;
      const [a = 0, b = 0] = numbersOf(attrs);
      const y = heap.make(x.shape);
      heap.code.value(heap.address(y), heap.address(x), x.size, a, b);
      return [y];
    },
    cpu: ({ x }, attrs) => elementwise(value.plain(attrs), x),
    native: ({ x }, attrs) => nativeMap(native, [x], numbersOf(attrs)),
  });
}

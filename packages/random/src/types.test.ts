import { expectTypeOf, it } from 'vitest';
import { Generator } from './index.js';

it('the numbers of a generator are in a buffer that can be transferred', () => {
  const generator = new Generator(0);
  expectTypeOf(generator.permutation(3)).toEqualTypeOf<Int32Array<ArrayBuffer>>();
  expectTypeOf(generator.uniform(3)).toEqualTypeOf<Float32Array<ArrayBuffer>>();
  expectTypeOf(generator.normal(3)).toEqualTypeOf<Float32Array<ArrayBuffer>>();
  expectTypeOf(generator.bernoulli(3)).toEqualTypeOf<Uint8Array<ArrayBuffer>>();
  expectTypeOf(generator.scaledBernoulli(3, 0.5, 2)).toEqualTypeOf<Float32Array<ArrayBuffer>>();
  expectTypeOf(generator.uint32(3)).toEqualTypeOf<Uint32Array<ArrayBuffer>>();
});

import { afterEach, expect, it, vi } from 'vitest';
import type * as Random from './index.js';

/** A copy of the package without WebAssembly, which a page's content security policy may forbid. */
async function withoutWebAssembly(): Promise<typeof Random> {
  vi.stubGlobal('WebAssembly', undefined);
  vi.resetModules();
  return await import('./index.js');
}

async function withWebAssembly(): Promise<typeof Random> {
  vi.unstubAllGlobals();
  vi.resetModules();
  return await import('./index.js');
}

afterEach(() => {
  vi.unstubAllGlobals();
  vi.resetModules();
});

/** Calls of every kind, which leave the generator at even and odd offsets, across many blocks. */
function drawAll({ Generator }: typeof Random): unknown[] {
  const generator = new Generator(5);
  return [0, 1, 2, 7, 311, 312, 313, 623, 624, 3000, 20_011].flatMap((n) => [
    generator.scaledBernoulli(n, 0.85, 1.25),
    generator.bernoulli(n, 0.5),
    generator.uint32(n % 5),
    generator.scaledBernoulli(n, 0.3, -2),
    generator.uniform(n),
    generator.normal(n % 40),
    generator.bernoulli(n, n % 2),
    generator.stateDict(),
  ]);
}

it('draws the same numbers, and keeps the same state, without WebAssembly', async () => {
  const plain = drawAll(await withoutWebAssembly());
  const fast = drawAll(await withWebAssembly());
  expect(plain).toEqual(fast);
});

it('uses WebAssembly only if it is available', async () => {
  await withoutWebAssembly();
  expect((await import('./twister.js')).simdTwister()).toBeNull();
  await withWebAssembly();
  expect((await import('./twister.js')).simdTwister()).not.toBeNull();
});

import { describeBackends } from '@trainkit/testing';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Generator } from './index.js';

const NATIVE_DRAWS = Symbol.for('@trainkit/random.nativeDraws');

/** The result of `body` without registered draws of the addon. */
function inJavaScript<T>(body: () => T): T {
  const registered: unknown = Reflect.get(globalThis, NATIVE_DRAWS);
  Reflect.deleteProperty(globalThis, NATIVE_DRAWS);
  try {
    return body();
  } finally {
    Reflect.set(globalThis, NATIVE_DRAWS, registered);
  }
}

const draws = fc.array(
  fc.tuple(fc.constantFrom('mask', 'uniform', 'normal', 'bits', 'word'), fc.integer({ min: 0, max: 3000 })),
  { minLength: 1, maxLength: 8 },
);

/** Draws all kinds one after the other, and returns the numbers and the final state. */
function drawAll(seed: number, kinds: readonly (readonly [kind: string, n: number])[]): unknown {
  const generator = new Generator(seed);
  const drawn = kinds.map(([kind, n]) => {
    if (kind === 'mask') return generator.scaledBernoulli(n, 0.85, 1.25);
    if (kind === 'uniform') return generator.uniform(n, -0.5, 1.5);
    if (kind === 'normal') return generator.normal(n);
    return kind === 'bits' ? generator.bernoulli(n) : generator.uint32(1);
  });
  return [drawn, generator.stateDict()];
}

describeBackends(
  'the addon’s draws',
  () => {
    it('are registered together with the backend', () => {
      expect(Reflect.get(globalThis, NATIVE_DRAWS)).toMatchObject({ bernoulli: expect.any(Function) });
    });

    it('are those of JavaScript, bit for bit, and leave the same state', () => {
      fc.assert(
        fc.property(fc.nat(), draws, (seed, kinds) => {
          expect(drawAll(seed, kinds)).toEqual(inJavaScript(() => drawAll(seed, kinds)));
        }),
      );
    });
  },
  { backends: ['native'] },
);

import { describe, expect, it } from 'vitest';
import { Mt19937 } from './mt19937.js';
import { STATE_WORDS } from './twister.js';

describe('Mt19937', () => {
  it('meets the requirement of the C++ standard for mt19937: 4123659995 as the 10,000th number of seed 5489', () => {
    const engine = new Mt19937(5489);
    for (let i = 1; i < 10_000; i++) engine.next();
    expect(engine.next() >>> 0).toBe(4123659995);
  });

  it('starts seed 5489 with the published 3499211612, 581869302, 3890346734', () => {
    const engine = new Mt19937(5489);
    expect([engine.next(), engine.next(), engine.next()].map((word) => word >>> 0)).toEqual([
      3499211612, 581869302, 3890346734,
    ]);
  });

  it('keeps two engines apart, though they share the arrays that they compute in', () => {
    const alone = draw(new Mt19937(1), 2 * STATE_WORDS);
    const first = new Mt19937(1);
    const second = new Mt19937(2);
    const mixed: number[] = [];
    for (let i = 0; i < 2 * STATE_WORDS; i++) {
      mixed.push(first.next());
      second.next();
    }
    expect(mixed).toEqual(alone);
  });

  it('continues from a snapshot at any offset of a block', () => {
    for (const offset of [0, 1, 623, 624, 1000, 1248]) {
      const engine = new Mt19937(7);
      draw(engine, offset);
      const copy = new Mt19937(8);
      copy.restore(engine.snapshot(), engine.offset);
      expect(draw(copy, 700), `after ${offset} draws`).toEqual(draw(engine, 700));
    }
  });
});

function draw(engine: Mt19937, n: number): number[] {
  return Array.from({ length: n }, () => engine.next());
}

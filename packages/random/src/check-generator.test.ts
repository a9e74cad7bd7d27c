import { describe, expect, it, vi } from 'vitest';
import { checkGenerator, defaultGenerator, Generator, isGenerator } from './index.js';

describe('isGenerator and checkGenerator', () => {
  it('accept generators, including those of another copy of the package and of a subclass', async () => {
    vi.resetModules();
    const copy = await import('./index.js');
    expect(copy.Generator, 'a second copy was loaded').not.toBe(Generator);
    class Counted extends Generator {}
    for (const generator of [new Generator(0), new copy.Generator(0), new Counted(0), defaultGenerator]) {
      expect(isGenerator(generator)).toBe(true);
      checkGenerator('draw', generator);
    }
  });

  it.each([
    [7, '7', '7'],
    [7n, '7n', '7n'],
    ['7', '"7"', 'seed'],
    [null, 'null', 'seed'],
    [undefined, 'undefined', 'seed'],
    [Math.random, 'the function random', 'seed'],
    [Generator, 'the class Generator', 'seed'],
    [{ uniform: () => [], normal: () => [] }, '[object Object]', 'seed'],
    [new Generator(0).stateDict(), '[object Object]', 'seed'],
  ])('refuse %o', (value, shown, seed) => {
    expect(isGenerator(value)).toBe(false);
    expect(() => checkGenerator('draw', value)).toThrow(
      new TypeError(
        `draw: generator is ${shown}; expected a Generator of @trainkit/random. ` +
          `Write { generator: new Generator(${seed}) }.`,
      ),
    );
  });
});

import { afterEach, describe, expect, it, vi } from 'vitest';
import golden from '../goldens/uniform.json' with { type: 'json' };
import { defaultGenerator, manualSeed } from './default-generator.js';
import { Generator } from './generator.js';

afterEach(() => {
  manualSeed(67280421310721n);
});

describe('defaultGenerator', () => {
  it('starts with the seed of PyTorch’s default generator', () => {
    expect(defaultGenerator.uniform(9)).toEqual(new Generator(67280421310721n).uniform(9));
  });

  it('is seeded by manualSeed, which returns it', () => {
    expect(manualSeed(0)).toBe(defaultGenerator);
    const expected = Buffer.from(golden.scripts[0]!.calls[0]!.bytes, 'base64').readFloatLE(0);
    expect(defaultGenerator.uniform(1)[0]).toBe(expected);
  });

  it('forgets the kept normal when it is seeded', () => {
    manualSeed(1).normal(1);
    expect(manualSeed(1).normal(2)).toEqual(new Generator(1).normal(2));
  });

  it('is one, even if a program has two copies of the package', async () => {
    vi.resetModules();
    const copy = await import('./index.js');
    expect(copy.Generator, 'a second copy was loaded').not.toBe(Generator);
    expect(copy.defaultGenerator).toBe(defaultGenerator);
    copy.manualSeed(5);
    expect(defaultGenerator.uniform(3)).toEqual(new Generator(5).uniform(3));
  });
});

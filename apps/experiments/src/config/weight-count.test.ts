import { useFastestBackend } from '@trainkit/backend';
import { Generator } from '@trainkit/random';
import { describe, expect, it } from 'vitest';
import { createNetwork } from '../model/network.js';
import { testConfig } from '../testing/run-config.js';
import { tooManyWeights, weightCount } from './weight-count.js';

describe('weightCount', () => {
  it.each([
    [[], 'layernorm'],
    [[5], 'none'],
    [[5, 3], 'layernorm'],
    [[5, 3, 4], 'batchnorm'],
  ] as const)(
    'counts the weights of a network with the layers %j and %s',
    async (hiddenSizes, normalization) => {
      await useFastestBackend({ prefer: 'cpu' });
      const config = testConfig({ hiddenSizes: [...hiddenSizes], normalization, outputSize: 11 });
      const model = createNetwork(config, { generator: new Generator(0) });
      try {
        const sizes = model.parameters().map((parameter) => parameter.size);
        expect(weightCount(config)).toBe(sizes.reduce((sum, size) => sum + size, 0));
      } finally {
        model.dispose();
      }
    },
  );
});

describe('tooManyWeights', () => {
  const sizes = (hiddenSizes: number[], outputSize = 10) =>
    tooManyWeights({ inputSize: 784, outputSize, hiddenSizes, normalization: 'none' });

  it('names the number of weights and the limit', () => {
    expect(sizes([100_000, 100_000])).toBe(
      'hiddenSizes and outputSize make a network of 10,079,600,010 weights, and at most 100,000,000 can be trained and saved. Make the layers narrower or fewer',
    );
  });

  it('begins above a hundred million', () => {
    // Each unit has 795 weights; the output layer has ten biases.
    expect(sizes([125_786])).toBeNull();
    expect(sizes([125_787])).toContain('a network of 100,000,675 weights');
  });
});

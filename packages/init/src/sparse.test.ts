import '@tensorflow/tfjs';
import { Generator } from '@trainkit/random';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sparse } from './sparse.js';

describe('sparse', () => {
  it('has ceil(sparsity · out) zeros among the weights leaving each input', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 12 }),
        fc.integer({ min: 1, max: 12 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.nat(),
        (inputs, outputs, sparsity, seed) => {
          const tensor = sparse([inputs, outputs], { sparsity, generator: new Generator(seed) });
          const values = tensor.dataSync();
          tensor.dispose();
          for (let input = 0; input < inputs; input++) {
            const row = values.subarray(input * outputs, (input + 1) * outputs);
            expect(row.filter((value) => value === 0).length).toBe(Math.ceil(sparsity * outputs));
          }
        },
      ),
    );
  });
});

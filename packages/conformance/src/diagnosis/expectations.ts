import { block, type Nested } from '../subject/block.js';
import type { Expectation } from './compare-with-goldens.js';

/** Converts PyTorch's numbers to expectations, by the name of the check. */
export function expectations(goldens: Readonly<Record<string, Nested>>): ReadonlyMap<string, Expectation> {
  return new Map(
    Object.entries(goldens).map(([check, nested]) => {
      const { data, shape } = block(nested);
      return [check, { values: data, shape }];
    }),
  );
}

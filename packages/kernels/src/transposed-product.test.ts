import { expect, it } from 'vitest';
import { thisMachine, usesOnednnOps } from './onednn-ops.js';
import { isFasterTurned } from './transposed-product.js';

const own = usesOnednnOps(thisMachine()) === false;

it.each([
  ['a batch and a large weight', [128, 512], [512, 512], own],
  ['two examples', [2, 512], [512, 512], own],
  ['one example: a vector has a way of its own', [1, 512], [512, 512], false],
  ['a large batch: its product is as large as the weight', [512, 512], [512, 512], false],
  ['a small weight', [128, 256], [256, 256], false],
  ['a narrow weight', [128, 10], [40_000, 10], false],
  ['batches of matrices', [8, 128, 512], [8, 512, 512], false],
])('%s', (_, a, b, expected) => {
  expect(isFasterTurned(a, b)).toBe(expected);
});

import type { Tensor } from '@tensorflow/tfjs-core';
import { expected, showShape } from '@trainkit/checks';

/**
 * Resolves `dim`, which may be negative to count from the end, to a dimension of `x`; throws if
 * there is none.
 */
export function checkDim(where: string, dim: number, x: Tensor): number {
  const axis = dim < 0 ? dim + x.rank : dim;
  if (axis >= 0 && axis < x.rank) return axis;
  const expectation = `a dimension of x, whose shape is ${showShape(x.shape)}`;
  throw new RangeError(expected(where, 'dim', dim, expectation));
}

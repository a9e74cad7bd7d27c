import { Cumsum, type CumsumAttrs, util } from '@tensorflow/tfjs-core';
import { stockKernel } from '../backend/register-kernel.js';
import { isNative } from './dtypes.js';

/** Running sums. */
export const cumulativeKernels = [
  stockKernel<'x', CumsumAttrs>(Cumsum, ({ x }, { axis, exclusive, reverse }, backend) => {
    if (!isNative(x) || x.dtype === 'bool') return null;
    const along = util.parseAxisParam(axis, x.shape)[0] ?? 0;
    const outer = util.sizeFromShape(x.shape.slice(0, along));
    const inner = util.sizeFromShape(x.shape.slice(along + 1));
    const y = backend.output(x.shape, x.dtype);
    const numbers = [outer, x.shape[along] ?? 1, inner, Number(exclusive), Number(reverse)];
    backend.run('cumulativeSum', [x, y], numbers);
    return y;
  }),
];

import { AddN, Select, util } from '@tensorflow/tfjs-core';
import { stockKernel } from '../backend/register-kernel.js';
import { areAll, isNativeDtype } from './dtypes.js';

/** The most terms that a call of the addon takes beside the result. */
const MOST_TERMS = 15;

/** The sum so far counts as one. */
const MORE_TERMS = MOST_TERMS - 1;

/** One of two numbers by a condition, and sums of many tensors. */
export const selectKernels = [
  stockKernel<string>(AddN, (inputs, _attrs, backend) => {
    const terms = Object.values(inputs);
    const [first] = terms;
    if (first === undefined || !areAll('float32', ...terms)) return null;
    const y = backend.output(first.shape);
    const size = util.sizeFromShape(first.shape);
    backend.run('addN', [...terms.slice(0, MOST_TERMS), y], [size]);
    for (let i = MOST_TERMS; i < terms.length; i += MORE_TERMS)
      backend.run('addN', [y, ...terms.slice(i, i + MORE_TERMS), y], [size]);
    return y;
  }),
  stockKernel<'condition' | 't' | 'e'>(Select, ({ condition, t, e }, _attrs, backend) => {
    const size = util.sizeFromShape(t.shape);
    // A condition of one number for each row is the cpu backend's.
    if (condition.dtype !== 'bool' || util.sizeFromShape(condition.shape) !== size) return null;
    if (!isNativeDtype(t.dtype) || !areAll(t.dtype, e)) return null;
    const y = backend.output(t.shape, t.dtype);
    backend.run('select', [condition, t, e, y], [size]);
    return y;
  }),
];

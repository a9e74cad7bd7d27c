import {
  Equal,
  Greater,
  GreaterEqual,
  IsFinite,
  IsInf,
  IsNan,
  Less,
  LessEqual,
  LogicalAnd,
  LogicalNot,
  LogicalOr,
  NotEqual,
  util,
} from '@tensorflow/tfjs-core';
import { type StockKernel, stockKernel } from '../backend/register-kernel.js';
import { runBroadcast } from './binary.js';
import { areAll } from './dtypes.js';

function comparison(kernelName: string, kernel: string, dtypes: readonly string[]): StockKernel {
  return stockKernel<'a' | 'b'>(kernelName, ({ a, b }, _attrs, backend) =>
    dtypes.some((dtype) => areAll(dtype, a, b)) ? runBroadcast(kernel, a, b, 'bool', backend) : null,
  );
}

function predicate(kernelName: string, kernel: string, dtype: string): StockKernel {
  return stockKernel<'x'>(kernelName, ({ x }, _attrs, backend) => {
    if (x.dtype !== dtype) return null;
    const y = backend.output(x.shape, 'bool');
    backend.run(kernel, [x, y], [util.sizeFromShape(x.shape)]);
    return y;
  });
}

const NUMBERS = ['float32', 'int32', 'bool'];

/** Kernels whose results are bools. */
export const comparisonKernels = [
  comparison(Equal, 'equal', NUMBERS),
  comparison(Greater, 'greater', NUMBERS),
  comparison(GreaterEqual, 'greaterEqual', NUMBERS),
  comparison(Less, 'less', NUMBERS),
  comparison(LessEqual, 'lessEqual', NUMBERS),
  comparison(NotEqual, 'notEqual', NUMBERS),
  comparison(LogicalAnd, 'logicalAnd', ['bool']),
  comparison(LogicalOr, 'logicalOr', ['bool']),
  predicate(LogicalNot, 'logicalNot', 'bool'),
  predicate(IsNan, 'isNan', 'float32'),
  predicate(IsInf, 'isInf', 'float32'),
  predicate(IsFinite, 'isFinite', 'float32'),
];

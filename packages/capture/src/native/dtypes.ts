import type { DataType } from '@tensorflow/tfjs-core';

/** TensorFlow's numbers of the dtypes. */
const NUMBERS: Readonly<Record<DataType, number>> = {
  float32: 1,
  int32: 3,
  string: 7,
  complex64: 8,
  bool: 10,
};

/** The number of a dtype, as a recording has it. */
export function dtypeNumber(dtype: DataType): number {
  return NUMBERS[dtype];
}

/** @throws where kernels do not compute with it */
export function kernelDtype(number: number): 'float32' | 'int32' | 'bool' {
  for (const dtype of ['float32', 'int32', 'bool'] as const) if (NUMBERS[dtype] === number) return dtype;
  throw new Error(number === NUMBERS.string ? 'it makes a tensor of strings' : 'it uses complex numbers');
}

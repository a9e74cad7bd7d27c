import { sum, type Tensor, tensor1d } from '@tensorflow/tfjs-core';
import { defineKernel } from '@trainkit/kernels';
import { nativeKernels } from '@trainkit/kernels/native';
import { nativeOps } from '@trainkit/kernels/node';
import { simdOnHeap } from '@trainkit/kernels/wasm';
import { columnSumsCode } from './column-sums.code.js';

/**
 * The sum of each column of a matrix: a bias's gradient.
 *
 * The WebAssembly backend's own sum adds one by one in float32, and returns uninitialized memory
 * for empty sums.
 */
export const columnSums = defineKernel({
  name: 'TrainkitColumnSums',
  composite: ({ x }: { x: Tensor }) => [sum(x, 0)],
  tensorflow: ({ x }) => [nativeOps().columnSums(x)],
  wasm: ({ x }) => {
    const heap = simdOnHeap(columnSumsCode, x);
    if (heap === null) return plainSums({ x });
    const [rows = 0, columns = 0] = x.shape;
    const sums = heap.make([columns]);
    heap.code.columnSums(heap.address(sums), heap.address(x), rows, columns);
    return [sums];
  },
  cpu: plainSums,
  native: ({ x }) => {
    const kernels = nativeKernels();
    const [rows = 0, columns = 0] = x.shape;
    const sums = kernels.empty([columns]);
    kernels.run('columnSums', [x, sums], [rows, columns]);
    return [sums];
  },
});

/** The sums in double precision, row after row. */
function plainSums({ x }: { x: Tensor }): [Tensor] {
  const [rows = 0, columns = 0] = x.shape;
  const values = x.dataSync();
  const sums = new Float64Array(columns);
  for (let row = 0, i = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) sums[column]! += values[i++]!;
  }
  return [tensor1d(Float32Array.from(sums))];
}

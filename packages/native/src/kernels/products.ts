import {
  _FusedMatMul,
  type _FusedMatMulAttrs,
  BatchMatMul,
  type BatchMatMulAttrs,
  broadcast_util,
  type TensorInfo,
  util,
} from '@tensorflow/tfjs-core';
import type { NativeBackend } from '../backend/native-backend.js';
import { stockKernel } from '../backend/register-kernel.js';
import { activate } from './activate.js';

/** Dimensions of a batch that the addon's 128 numbers have room for. */
const MOST_DIMENSIONS = 40;

/** The matrix products of TensorFlow.js. */
export const products = [
  stockKernel<'a' | 'b', BatchMatMulAttrs>(BatchMatMul, ({ a, b }, attrs, backend) =>
    multiply(a, b, attrs, backend),
  ),
  stockKernel<'a' | 'b' | 'bias' | 'preluActivationWeights', _FusedMatMulAttrs>(
    _FusedMatMul,
    ({ a, b, bias, preluActivationWeights }, attrs, backend) => {
      if (bias != null && !isRow(bias)) return null;
      const y = multiply(a, b, attrs, backend, bias);
      return y && activate(y, attrs, preluActivationWeights, backend);
    },
  ),
];

/** Returns true where `bias` is a float32 tensor with numbers along its last dimension alone. */
function isRow(bias: TensorInfo): boolean {
  return bias.dtype === 'float32' && util.sizeFromShape(bias.shape) === bias.shape.at(-1);
}

function multiply(
  a: TensorInfo,
  b: TensorInfo,
  { transposeA, transposeB }: BatchMatMulAttrs,
  backend: NativeBackend,
  bias: TensorInfo | null = null,
): TensorInfo | null {
  if (a.dtype !== 'float32' || b.dtype !== 'float32') return null;
  const [m, k] = matrixShape(a, transposeA);
  const [innerB, n] = matrixShape(b, transposeB);
  const batchOfA = a.shape.slice(0, -2);
  const batchOfB = b.shape.slice(0, -2);
  util.assert(
    k === innerB,
    () =>
      `matMul: received shapes [${a.shape}] and [${b.shape}] with transposeA=${transposeA} and ` +
      `transposeB=${transposeB}; expected equal inner dimensions, not ${k} and ${innerB}.`,
  );
  const batch = broadcast_util.assertAndGetBroadcastShape(batchOfA, batchOfB);
  const count = util.sizeFromShape(batch);
  const y = (): TensorInfo => backend.output([...batch, m, n]);
  const flags = [Number(transposeA), Number(transposeB)];
  // Matrices of A that lie one after another and meet the same B are one tall matrix.
  const isTall = util.sizeFromShape(batchOfB) === 1 && !transposeA && util.sizeFromShape(batchOfA) === count;
  if (count === 1 || isTall) {
    if (bias !== null && util.sizeFromShape(bias.shape) !== n) return null;
    const result = y();
    backend.run('product', [a, b, bias, result], [m * count, n, k, ...flags]);
    return result;
  }
  if (bias !== null || batch.length > MOST_DIMENSIONS) return null;
  const stepsOfA = matrixSteps(batchOfA, batch.length);
  const stepsOfB = matrixSteps(batchOfB, batch.length);
  const dimensions = batch.flatMap((size, d) => [size, stepsOfA[d] ?? 0, stepsOfB[d] ?? 0]);
  const result = y();
  backend.run('batchProduct', [a, b, result], [m, n, k, ...flags, ...dimensions]);
  return result;
}

/** Rows and columns of the matrices of a tensor, transposed where `transposed`. */
function matrixShape({ shape }: TensorInfo, transposed: boolean): [number, number] {
  const rows = shape.at(-2) ?? 1;
  const columns = shape.at(-1) ?? 1;
  return transposed ? [columns, rows] : [rows, columns];
}

/**
 * The step of each dimension of the output's batch in matrices of an operand; 0 where it is
 * broadcast.
 */
function matrixSteps(batch: readonly number[], rank: number): number[] {
  const steps: number[] = [];
  let step = 1;
  for (let d = batch.length - 1; d >= 0; d--) {
    const size = batch[d] ?? 1;
    steps.unshift(size === 1 ? 0 : step);
    step *= size;
  }
  return [...new Array<number>(rank - batch.length).fill(0), ...steps];
}

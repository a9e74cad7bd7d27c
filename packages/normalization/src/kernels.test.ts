import * as tf from '@tensorflow/tfjs-core';
import { describeKernel } from '@trainkit/testing';
import { normalizeBatch } from './batch-norm.kernel.js';
import { normalizeByStatistics } from './batch-norm-inference.kernel.js';
import { normalizeRows, normalizeRowsAffine, normalizeRowsScaled } from './layer-norm.kernel.js';

/** Numbers in which no two rows or columns are equal. */
function values(shape: number[], seed = 0): tf.Tensor {
  return tf.tensor(
    Array.from({ length: tf.util.sizeFromShape(shape) }, (_, i) => Math.cos(seed + i * 1.3)),
    shape,
  );
}

const sizes: [rows: number, columns: number][] = [
  [5, 3],
  [2, 4],
  [70, 5],
  [3, 130],
];
const titled = sizes.map(([rows, columns]) => ({ rows, columns, title: `[${rows}, ${columns}]` }));

/** The kernel without its statistics, which have no gradient, as in PyTorch. */
const withoutStatistics = Object.assign(
  (...args: Parameters<typeof normalizeBatch>) => {
    const [y, ...statistics] = normalizeBatch(...args);
    tf.dispose(statistics);
    return [y];
  },
  { kernelName: normalizeBatch.kernelName, composite: normalizeBatch.composite },
);

describeKernel(
  withoutStatistics,
  titled.map(({ title, rows, columns }) => ({
    title,
    inputs: () => ({
      x: tf.mul(values([rows, columns]), 2),
      weight: values([columns], 1),
      bias: values([columns], 2),
      runningMean: values([columns], 3),
      runningVar: tf.add(values([columns], 4), 1.5),
    }),
    attrs: { eps: 1e-2, momentum: 0.3 },
  })),
);

describeKernel(
  normalizeByStatistics,
  titled.map(({ title, rows, columns }) => ({
    title,
    inputs: () => ({
      x: values([rows, columns]),
      weight: values([columns], 1),
      bias: values([columns], 2),
      mean: values([columns], 3),
      variance: tf.add(values([columns], 4), 1.5),
    }),
    attrs: { eps: 1e-2 },
  })),
);

const rowCases = titled.map(({ title, rows, columns }) => ({
  title,
  attrs: { eps: 1e-2 },
  x: () => tf.mul(values([rows, columns]), 2),
  weight: () => values([columns], 1),
  bias: () => values([columns], 2),
}));
describeKernel(
  normalizeRows,
  rowCases.map(({ x, ...rest }) => ({ ...rest, inputs: () => ({ x: x() }) })),
);
describeKernel(
  normalizeRowsScaled,
  rowCases.map(({ x, weight, ...rest }) => ({ ...rest, inputs: () => ({ x: x(), weight: weight() }) })),
);
describeKernel(
  normalizeRowsAffine,
  rowCases.map(({ x, weight, bias, ...rest }) => ({
    ...rest,
    inputs: () => ({ x: x(), weight: weight(), bias: bias() }),
  })),
);

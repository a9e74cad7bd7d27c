import { Relu, util } from '@tensorflow/tfjs-core';
import { stockKernel } from '../backend/register-kernel.js';

/** The elementwise ops of TensorFlow.js. */
export const elementwise = [
  stockKernel<'x'>(Relu, ({ x }, _attrs, backend) => {
    if (x.dtype !== 'float32') return null;
    const y = backend.output(x.shape);
    backend.run('relu', [x, y], [util.sizeFromShape(x.shape)]);
    return y;
  }),
];

import { Softmax, type SoftmaxAttrs, util } from '@tensorflow/tfjs-core';
import { stockKernel } from '../backend/register-kernel.js';
import { areAll } from './dtypes.js';

/** Softmax over the last axis. */
export const softmaxKernels = [
  stockKernel<'logits', SoftmaxAttrs>(Softmax, ({ logits }, { dim }, backend) => {
    const rank = logits.shape.length;
    if (!areAll('float32', logits) || (dim !== -1 && dim !== rank - 1)) return null;
    const columns = logits.shape.at(-1) ?? 1;
    const y = backend.output(logits.shape);
    backend.run('softmax', [logits, y], [util.sizeFromShape(logits.shape.slice(0, -1)), columns]);
    return y;
  }),
];

import { abs, max, type Scalar, scalar, sqrt, square, sum, type Tensor } from '@tensorflow/tfjs-core';
import { defineKernel } from '@trainkit/kernels';
import { nativeKernels } from '@trainkit/kernels/native';

/** The norms that there are: the sum of sizes, the Euclidean, the largest size. */
export type NormType = 1 | 2 | typeof Number.POSITIVE_INFINITY;

type Attributes = { normType: NormType };

/**
 * The norm of all elements, of which there is at least one.
 *
 * The WebAssembly backend adds one by one in float32, which is off by 3e-6 after 1,000 elements;
 * here in double.
 */
export const norm = defineKernel({
  name: 'TrainkitNorm',
  composite: ({ x }: { x: Tensor }, { normType }: Attributes): [Tensor] => {
    if (normType === 1) return [sum(abs(x))];
    return [normType === 2 ? sqrt(sum(square(x))) : max(abs(x))];
  },
  wasm: pass,
  cpu: pass,
  native: ({ x }, { normType }) => {
    const kernels = nativeKernels();
    const total = kernels.empty([]);
    kernels.run('norm', [x, total], [x.size, normType === Number.POSITIVE_INFINITY ? 0 : normType]);
    return [total];
  },
});

function pass({ x }: { x: Tensor }, { normType }: Attributes): [Scalar] {
  let total = 0;
  if (normType === 1) for (const value of x.dataSync()) total += Math.abs(value);
  else if (normType === 2) for (const value of x.dataSync()) total += value * value;
  // Math.max keeps NaN, as PyTorch's does.
  else for (const value of x.dataSync()) total = Math.max(total, Math.abs(value));
  return [scalar(normType === 2 ? Math.sqrt(total) : total)];
}

import type { Tensor } from '@tensorflow/tfjs-core';
import { nativeKernels } from '@trainkit/kernels/native';

/*
 * Layer norm by the addon of @trainkit/native; see layer-norm.kernel.ts.
 */

type Attrs = { eps: number };
type Backward = Record<'dy' | 'normalized' | 'scale', Tensor>;

/** x̂, and the factor of each row. */
export function normalize({ x }: { x: Tensor }, { eps }: Attrs): [normalized: Tensor, scale: Tensor] {
  const kernels = nativeKernels();
  const [normalized, scale] = [kernels.empty(x.shape), kernels.empty(scaleShape(x))];
  kernels.run('layerNorm', [x, null, null, normalized, scale], [...sizesOf(x), eps]);
  return [normalized, scale];
}

/** y = w·x̂ + b, where b is 0 without a bias. */
export function normalizeScaled(
  { x, weight, bias }: { x: Tensor; weight: Tensor; bias?: Tensor },
  { eps }: Attrs,
): [y: Tensor, normalized: Tensor, scale: Tensor] {
  const kernels = nativeKernels();
  const [y, normalized, scale] = [
    kernels.empty(x.shape),
    kernels.empty(x.shape),
    kernels.empty(scaleShape(x)),
  ];
  kernels.run('layerNorm', [x, weight, bias ?? null, normalized, scale, y], [...sizesOf(x), eps]);
  return [y, normalized, scale];
}

/** dx without a weight. */
export function inputGradient({ dy, normalized, scale }: Backward): [dx: Tensor] {
  const kernels = nativeKernels();
  const dx = kernels.empty(dy.shape);
  kernels.run('layerNormGradients', [dy, normalized, scale, null, dx], sizesOf(dy));
  return [dx];
}

/** dx, dw and db. */
export function gradients({
  dy,
  normalized,
  scale,
  weight,
}: Backward & { weight: Tensor }): [dx: Tensor, dWeight: Tensor, dBias: Tensor] {
  const kernels = nativeKernels();
  const [dx, dWeight, dBias] = [
    kernels.empty(dy.shape),
    kernels.empty(weight.shape),
    kernels.empty(weight.shape),
  ];
  kernels.run('layerNormGradients', [dy, normalized, scale, weight, dx, dWeight, dBias], sizesOf(dy));
  return [dx, dWeight, dBias];
}

function sizesOf({ size, shape }: Tensor): [rows: number, length: number] {
  const length = shape.at(-1)!;
  return [size / length, length];
}

function scaleShape({ shape }: Tensor): number[] {
  return [...shape.slice(0, -1), 1];
}

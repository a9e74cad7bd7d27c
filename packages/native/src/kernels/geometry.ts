import type { backend_util, TensorInfo } from '@tensorflow/tfjs-core';

/** Returns true where all tensors are float32. */
export function areFloats(...tensors: readonly (TensorInfo | null)[]): boolean {
  return tensors.every((tensor) => tensor === null || tensor.dtype === 'float32');
}

/**
 * The numbers by which the addon's kernels of windows over images know their sizes, in the order of
 * their Geometry.
 */
export function geometryNumbers(info: backend_util.Conv2DInfo): number[] {
  return [
    info.batchSize,
    info.inHeight,
    info.inWidth,
    info.inChannels,
    info.outHeight,
    info.outWidth,
    info.outChannels,
    info.filterHeight,
    info.filterWidth,
    info.strideHeight,
    info.strideWidth,
    info.dilationHeight,
    info.dilationWidth,
    info.padInfo.top,
    info.padInfo.left,
  ];
}

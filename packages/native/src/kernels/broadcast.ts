import { backend_util, type TensorInfo, util } from '@tensorflow/tfjs-core';

/**
 * Returns the numbers by which a kernel loops over operands of these shapes, broadcast to `shape`:
 * the count of dimensions, then for each its size and the step of each operand. Dimensions that all
 * operands cross as one are merged.
 */
export function broadcastNumbers(shape: readonly number[], ...operands: (readonly number[])[]): number[] {
  if (operands.every((operand) => util.arraysEqual([...operand], [...shape]))) {
    return [1, util.sizeFromShape([...shape]), ...operands.map(() => 1)];
  }
  const dimensions: number[][] = [];
  // The step of each operand along the next dimension outwards, were it not broadcast there.
  const steps = operands.map(() => 1);
  for (let outwards = 1; outwards <= shape.length; outwards++) {
    const size = shape[shape.length - outwards] ?? 1;
    if (size === 1) continue;
    const next = operands.map((operand, k) => {
      const own = operand[operand.length - outwards] ?? 1;
      const step = steps[k] ?? 1;
      steps[k] = step * own;
      return own === 1 ? 0 : step;
    });
    const [inner = 0, ...innerSteps] = dimensions[0] ?? [];
    if (inner > 0 && next.every((step, k) => step === (innerSteps[k] ?? 0) * inner)) {
      dimensions[0] = [inner * size, ...innerSteps];
    } else {
      dimensions.unshift([size, ...next]);
    }
  }
  if (dimensions.length === 0) dimensions.push([1, ...operands.map(() => 0)]);
  return [dimensions.length, ...dimensions.flat()];
}

/** The shape of a result of two operands. Throws where they cannot be broadcast to one. */
export function broadcastShape(a: TensorInfo, b: TensorInfo): number[] {
  return util.arraysEqual(a.shape, b.shape)
    ? a.shape
    : backend_util.assertAndGetBroadcastShape(a.shape, b.shape);
}

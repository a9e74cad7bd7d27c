import { add, mul, neg, sub, type Tensor } from '@tensorflow/tfjs-core';

/**
 * Returns the gradient uphill or downhill, with the L2 term: ±gradient + weightDecay · parameter.
 */
export function slope(
  { parameter, gradient }: { parameter: Tensor; gradient: Tensor },
  { weightDecay, maximize }: { weightDecay: number; maximize: boolean },
): Tensor {
  const g = maximize ? neg(gradient) : gradient;
  return weightDecay === 0 ? g : add(g, mul(parameter, weightDecay));
}

/**
 * Returns β · average + (1 − β) · next, as `torch.lerp`: from the side that weighs more, so that
 * what is small stays.
 */
export function runningMean(average: Tensor, next: Tensor, beta: number): Tensor {
  return beta > 0.5
    ? add(average, mul(sub(next, average), 1 - beta))
    : add(next, mul(sub(average, next), beta));
}

/** Returns β · average + (1 − β) · next². */
export function runningMeanSquare(average: Tensor, next: Tensor, beta: number): Tensor {
  // Not (1 − β) · next², which is infinite for 1e20 already.
  return add(mul(average, beta), mul(mul(next, 1 - beta), next));
}

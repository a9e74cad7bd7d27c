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
 * Returns β · average + weight · next, as `torch.lerp`: from the side that weighs more, so that
 * what is small stays. The weight is 1 − β, rounded or not.
 */
export function runningMean(average: Tensor, next: Tensor, beta: number, weight = 1 - beta): Tensor {
  return beta > 0.5
    ? add(average, mul(sub(next, average), weight))
    : add(next, mul(sub(average, next), beta));
}

/** Returns β · average + weight · next², where the weight is 1 − β, rounded or not. */
export function runningMeanSquare(average: Tensor, next: Tensor, beta: number, weight = 1 - beta): Tensor {
  // Not weight · next², which is infinite for 1e20 already.
  return add(mul(average, beta), mul(mul(next, weight), next));
}

import { add, mul, neg, scalar, type Tensor } from '@tensorflow/tfjs-core';
import { stepNumber } from '@trainkit/kernels';
import { nativeOps } from '@trainkit/kernels/node';
import type { AdamTensors, AdamUpdated } from './adam-update.js';

/** What stays the same from step to step. */
interface AdamConstants {
  betas: readonly [number, number];
  eps: number;
  /** What the gradient gets of the parameter: L2. */
  weightDecay: number;
  maximize: boolean;
  /** Whether the parameter shrinks first: decoupled decay. */
  shrinks: boolean;
}

/** What each step reads anew. */
interface AdamVarying {
  step: () => number;
  learningRate: () => number;
  /** What the parameter is multiplied by first, where it shrinks. */
  shrink: () => number;
}

/**
 * One step of Adam or AdamW by TensorFlow's own op, in one pass over memory; the parameter and the averages are given up.
 *
 * The op has one factor for what stays of an average, β in float32, b, and takes its complement for what enters, where
 * PyTorch has 1 − β: for 0.999 these differ by 1.3e-5 of themselves. So the averages are κ1·m and κ2²·v, with
 * κ1 = (1 − b1)/(1 − β1) and κ2 = √((1 − b2)/(1 − β2)), and the step is computed from that:
 * learningRate · √(1 − β2^t)/(1 − β1^t) · κ2/κ1 · κ1·m / (√(κ2²·v) + eps · √(1 − β2^t) · κ2).
 *
 * A gradient whose square is beyond float32 (1.9e19) makes the mean square infinite.
 */
export function adamNative(
  { parameter, gradient, expAvg, expAvgSq, maxExpAvgSq }: AdamTensors,
  { betas: [beta1, beta2], eps, weightDecay, maximize, shrinks }: AdamConstants,
  { step, learningRate, shrink }: AdamVarying,
): AdamUpdated {
  const [b1, b2] = [Math.fround(beta1), Math.fround(beta2)];
  const kappa1 = (1 - b1) / (1 - beta1);
  const kappa2 = Math.sqrt((1 - b2) / (1 - beta2));
  const correction = () => Math.sqrt(1 - beta2 ** step());
  const uphill = maximize ? neg(gradient) : gradient;
  const inputs = {
    gradient: weightDecay === 0 ? uphill : add(uphill, mul(parameter, weightDecay)),
    learningRate: stepNumber(() => ((learningRate() * correction()) / (1 - beta1 ** step())) * (kappa2 / kappa1)),
    beta1: scalar(b1),
    beta2: scalar(b2),
    eps: stepNumber(() => eps * correction() * kappa2),
  };
  const from: Tensor = shrinks ? mul(parameter, stepNumber(shrink)) : parameter;
  const ops = nativeOps();
  if (maxExpAvgSq === undefined) {
    const [next, m, v] = ops.applyAdam([from, expAvg, expAvgSq], inputs, { inPlace: true });
    return { parameter: next, expAvg: m, expAvgSq: v };
  }
  const [next, m, v, vMax] = ops.applyAdamWithAmsgrad([from, expAvg, expAvgSq, maxExpAvgSq], inputs, {
    inPlace: true,
  });
  return { parameter: next, expAvg: m, expAvgSq: v, maxExpAvgSq: vMax };
}

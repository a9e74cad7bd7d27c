import { add, mul, neg, scalar, type Tensor } from '@tensorflow/tfjs-core';
import { stepNumber } from '@trainkit/kernels';
import { nativeOps } from '@trainkit/kernels/node';
import { adamFormula } from './adam.kernel.js';
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

/** How far the averages that {@link adamNative} keeps are from PyTorch's: times `mean`, times `square`. */
export interface AdamScales {
  /** Of `expAvg`. */
  mean: number;
  /** Of `expAvgSq` and `maxExpAvgSq`. */
  square: number;
}

/**
 * Whether TensorFlow's op is exact enough for these betas: it takes the difference of the new value and the old average,
 * whose rounding shows where little is to stay of an old average that is large.
 */
function isExact(betas: readonly number[]): boolean {
  return betas.every((beta) => beta >= 0.5);
}

/** The scales for these betas: (1 − b)/(1 − β), b being β in float32. */
export function adamScales(betas: readonly [number, number]): AdamScales {
  if (!isExact(betas)) return { mean: 1, square: 1 };
  const scale = (beta: number) => (1 - Math.fround(beta)) / (1 - beta);
  return { mean: scale(betas[0]), square: scale(betas[1]) };
}

/**
 * One step of Adam or AdamW on tfjs-node, which a recorder can record.
 *
 * By TensorFlow's own op, in one pass over memory; the parameter and the averages are given up. It has one factor for
 * what stays of an average, β in float32, b, and takes its complement for what enters, where PyTorch has 1 − β: for 0.999
 * these differ by 1.3e-5 of themselves. So the averages, in and out, are κ1·m and κ2²·v, as {@link adamScales} says, and
 * the step is computed from that: learningRate · √(1 − β2^t)/(1 − β1^t) · κ2/κ1 · κ1·m / (√(κ2²·v) +
 * eps · √(1 − β2^t) · κ2). A gradient whose square is beyond float32 (1.9e19) makes the mean square infinite.
 *
 * In stock operations where betas are below 0.5, as for GANs.
 */
export function adamNative(
  { parameter, gradient, expAvg, expAvgSq, maxExpAvgSq }: AdamTensors,
  { betas, eps, weightDecay, maximize, shrinks }: AdamConstants,
  { step, learningRate, shrink: readShrink }: AdamVarying,
): AdamUpdated {
  const [beta1, beta2] = betas;
  const scales = adamScales(betas);
  const [kappa1, kappa2] = [scales.mean, Math.sqrt(scales.square)];
  const correction = () => Math.sqrt(1 - beta2 ** step());
  const factors = {
    rate: stepNumber(() => ((learningRate() * correction()) / (1 - beta1 ** step())) * (kappa2 / kappa1)),
    eps: stepNumber(() => eps * correction() * kappa2),
    shrink: shrinks ? stepNumber(readShrink) : null,
  };
  if (!isExact(betas)) {
    const inputs = { parameter, gradient, expAvg, expAvgSq };
    const constants = { beta1, beta2, weightDecay, maximize };
    const updated = adamFormula(inputs, maxExpAvgSq ?? null, constants, factors);
    const { maxExpAvgSq: largest, ...others } = updated;
    return maxExpAvgSq === undefined ? others : { ...others, maxExpAvgSq: largest };
  }
  const uphill = maximize ? neg(gradient) : gradient;
  const inputs = {
    gradient: weightDecay === 0 ? uphill : add(uphill, mul(parameter, weightDecay)),
    learningRate: factors.rate,
    beta1: scalar(Math.fround(beta1)),
    beta2: scalar(Math.fround(beta2)),
    eps: factors.eps,
  };
  const from: Tensor = factors.shrink === null ? parameter : mul(parameter, factors.shrink);
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

import { add, div, maximum, mul, neg, sqrt, sub, type Tensor, tensor } from '@tensorflow/tfjs-core';
import { defineKernel } from '@trainkit/kernels';
import { wasmAmsgradStep, wasmStep } from './adam.wasm.js';
import type { AdamAttributes, AdamInputs, AmsgradInputs } from './adam-step.js';

/** One step of Adam or AdamW: the new parameter, expAvg and expAvgSq. */
export const adamStep = defineKernel({
  name: 'TrainkitAdamStep',
  composite: (inputs: AdamInputs, attributes: AdamAttributes) => {
    const { parameter, expAvg, expAvgSq } = adamFormula(inputs, null, attributes, factorsOf(attributes));
    return [parameter, expAvg, expAvgSq];
  },
  wasm: wasmStep,
  cpu: plainPass,
});

/** One step with AMSGrad: the new parameter, expAvg, expAvgSq and maxExpAvgSq. */
export const adamAmsgradStep = defineKernel({
  name: 'TrainkitAdamAmsgradStep',
  composite: ({ maxExpAvgSq, ...inputs }: AmsgradInputs, attributes: AdamAttributes) => {
    const updated = adamFormula(inputs, maxExpAvgSq, attributes, factorsOf(attributes));
    const { parameter, expAvg, expAvgSq, maxExpAvgSq: largest } = updated;
    return [parameter, expAvg, expAvgSq, largest];
  },
  wasm: wasmAmsgradStep,
  cpu: amsgradPass,
});

/** What differs from step to step, as numbers or as scalars. */
export interface AdamFactors {
  /** learningRate / (1 − β1^t) · √(1 − β2^t) */
  rate: number | Tensor;
  /** eps · √(1 − β2^t) */
  eps: number | Tensor;
  /** What the parameter is multiplied by first, or null where it is not. */
  shrink: number | Tensor | null;
}

function factorsOf({ stepSize, correction, eps, shrink }: AdamAttributes): AdamFactors {
  return { rate: stepSize * correction, eps: eps * correction, shrink: shrink === 1 ? null : shrink };
}

/** One step in stock operations; without a largest one so far, the largest is the new expAvgSq. */
export function adamFormula(
  { parameter, gradient, expAvg, expAvgSq }: AdamInputs,
  maxExpAvgSq: Tensor | null,
  {
    beta1,
    beta2,
    weightDecay,
    maximize,
  }: Pick<AdamAttributes, 'beta1' | 'beta2' | 'weightDecay' | 'maximize'>,
  { rate, eps, shrink }: AdamFactors,
) {
  const uphill = maximize ? neg(gradient) : gradient;
  const g = weightDecay === 0 ? uphill : add(uphill, mul(parameter, weightDecay));
  const mean = blend(expAvg, g, beta1);
  // Not (1 − β2) · g², which is infinite for a gradient of 1e20 already.
  const square = add(mul(expAvgSq, beta2), mul(mul(g, 1 - beta2), g));
  // The new one comes first: the WebAssembly backend keeps NaN only there.
  const largest = maxExpAvgSq === null ? square : maximum(square, maxExpAvgSq);
  const from = shrink === null ? parameter : mul(parameter, shrink);
  // Both sides of the fraction times the correction, which saves a pass over the elements.
  const next = sub(from, mul(div(mean, add(sqrt(largest), eps)), rate));
  return { parameter: next, expAvg: mean, expAvgSq: square, maxExpAvgSq: largest };
}

/** β·old + (1 − β)·next, as torch.lerp has it: from the side that weighs more, so that what is small does not drown. */
function blend(old: Tensor, next: Tensor, beta: number): Tensor {
  return beta > 0.5 ? add(old, mul(sub(next, old), 1 - beta)) : add(next, mul(sub(old, next), beta));
}

function plainPass(inputs: AdamInputs, attributes: AdamAttributes): [Tensor, Tensor, Tensor] {
  const { parameter, expAvg, expAvgSq } = pass(inputs, null, attributes);
  return [parameter, expAvg, expAvgSq];
}

function amsgradPass(inputs: AmsgradInputs, attributes: AdamAttributes): [Tensor, Tensor, Tensor, Tensor] {
  // The one place where results go into an array that was there before: a copy of its own.
  const largest = Float32Array.from(inputs.maxExpAvgSq.dataSync());
  const { parameter, expAvg, expAvgSq } = pass(inputs, largest, attributes);
  return [parameter, expAvg, expAvgSq, tensor(largest, parameter.shape)];
}

/**
 * All of it in one pass over the elements, fifteen times as fast as the composite on the cpu backend (on WebAssembly it is
 * slower: the numbers are copied out and in again), and with `largest` its maximum with the new expAvgSq too. Results go into
 * new arrays: those of the inputs may be shared with clones and, on the cpu backend, with the user.
 */
function pass(inputs: AdamInputs, largest: Float32Array | null, attributes: AdamAttributes) {
  const { beta1, beta2, stepSize, correction, eps, weightDecay, shrink, maximize } = attributes;
  const { shape, size } = inputs.parameter;
  const [p, g] = [inputs.parameter.dataSync(), inputs.gradient.dataSync()];
  const [m, v] = [inputs.expAvg.dataSync(), inputs.expAvgSq.dataSync()];
  const nextP = new Float32Array(size);
  const nextM = new Float32Array(size);
  const nextV = new Float32Array(size);
  const root = largest ?? nextV;
  const sign = maximize ? -1 : 1;
  for (let i = 0; i < size; i++) {
    const value = p[i]!;
    // Without decay the parameter is not looked at: 0 times an infinite one is NaN.
    const slope = weightDecay === 0 ? sign * g[i]! : sign * g[i]! + weightDecay * value;
    nextM[i] = beta1 > 0.5 ? m[i]! + (slope - m[i]!) * (1 - beta1) : slope + (m[i]! - slope) * beta1;
    nextV[i] = v[i]! * beta2 + slope * slope * (1 - beta2);
    if (largest !== null) largest[i] = Math.max(largest[i]!, nextV[i]!);
    nextP[i] = value * shrink - (stepSize * nextM[i]!) / (Math.sqrt(root[i]!) / correction + eps);
  }
  return { parameter: tensor(nextP, shape), expAvg: tensor(nextM, shape), expAvgSq: tensor(nextV, shape) };
}

import { add, div, maximum, mul, neg, sqrt, sub, type Tensor, tensor } from '@tensorflow/tfjs-core';
import { defineKernel } from '@trainkit/kernels';
import { nativeKernels } from '@trainkit/kernels/native';
import { wasmAmsgradStep, wasmStep } from './adam.wasm.js';
import {
  type AdamAttributes,
  type AdamInputs,
  type AdamScalars,
  type AdamState,
  type AmsgradInputs,
  numberOf,
} from './adam-step.js';

/** One step of Adam or AdamW: the new parameter, expAvg and expAvgSq. */
export const adamStep = defineKernel({
  name: 'TrainkitAdamStep',
  composite: (inputs: AdamInputs, attributes: AdamAttributes) => {
    const { parameter, expAvg, expAvgSq } = adamFormula(inputs, null, attributes, inputs);
    return [parameter, expAvg, expAvgSq];
  },
  wasm: wasmStep,
  cpu: plainPass,
  native: (inputs, attributes) => {
    const { parameter, expAvg, expAvgSq } = nativeStep(inputs, null, attributes);
    return [parameter, expAvg, expAvgSq];
  },
});

/** One step with AMSGrad: the new parameter, expAvg, expAvgSq and maxExpAvgSq. */
export const adamAmsgradStep = defineKernel({
  name: 'TrainkitAdamAmsgradStep',
  composite: ({ maxExpAvgSq, ...inputs }: AmsgradInputs, attributes: AdamAttributes) => {
    const updated = adamFormula(inputs, maxExpAvgSq, attributes, inputs);
    const { parameter, expAvg, expAvgSq, maxExpAvgSq: largest } = updated;
    return [parameter, expAvg, expAvgSq, largest];
  },
  wasm: wasmAmsgradStep,
  cpu: amsgradPass,
  native: ({ maxExpAvgSq, ...inputs }, attributes) => {
    const { largest, ...updated } = nativeStep(inputs, maxExpAvgSq, attributes);
    return [updated.parameter, updated.expAvg, updated.expAvgSq, largest];
  },
});

/** One step in stock operations; without a largest one so far, the largest is the new expAvgSq. */
export function adamFormula(
  { parameter, gradient, expAvg, expAvgSq }: AdamState,
  maxExpAvgSq: Tensor | null,
  {
    beta1,
    beta2,
    weightDecay,
    maximize,
  }: Pick<AdamAttributes, 'beta1' | 'beta2' | 'weightDecay' | 'maximize'>,
  { rate, eps, shrink }: Omit<AdamScalars, 'shrink'> & { shrink: Tensor | null },
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

/** One step by the addon, in the memory of what is given up; with no largest one so far, `largest` is the new expAvgSq. */
function nativeStep(
  { parameter, gradient, expAvg, expAvgSq, rate, eps, shrink }: AdamInputs,
  maxExpAvgSq: Tensor | null,
  { beta1, beta2, weightDecay, maximize, inPlace }: AdamAttributes,
) {
  const kernels = nativeKernels();
  // A parameter may be its own gradient: the kernel reads each element before it writes it.
  const own = (tensor: Tensor) => kernels.donate(tensor, inPlace);
  const updated = { parameter: own(parameter), expAvg: own(expAvg), expAvgSq: own(expAvgSq) };
  const largest = maxExpAvgSq === null ? null : own(maxExpAvgSq);
  kernels.run(
    'adam',
    [gradient, rate, eps, shrink, updated.parameter, updated.expAvg, updated.expAvgSq, largest],
    [parameter.size, maximize ? -1 : 1, weightDecay, beta1, 1 - beta1, beta2, 1 - beta2],
  );
  return { ...updated, largest: largest ?? updated.expAvgSq };
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
  const { beta1, beta2, weightDecay, maximize } = attributes;
  const { shape, size } = inputs.parameter;
  const [rate, eps, shrink] = [numberOf(inputs.rate), numberOf(inputs.eps), numberOf(inputs.shrink)];
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
    // Both sides of the fraction times the correction, as in the composite.
    nextP[i] = value * shrink - (rate * nextM[i]!) / (Math.sqrt(root[i]!) + eps);
  }
  return { parameter: tensor(nextP, shape), expAvg: tensor(nextM, shape), expAvgSq: tensor(nextV, shape) };
}

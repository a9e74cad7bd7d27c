import {
  add,
  div,
  less,
  maximum,
  mul,
  scalar,
  sqrt,
  sub,
  type Tensor,
  where,
  zerosLike,
} from '@tensorflow/tfjs-core';
import { defineKernel } from '@trainkit/kernels';
import { nativeKernels } from '@trainkit/kernels/native';
import { nativeOps } from '@trainkit/kernels/node';
import { adamPass } from './adam.code.js';
import { runningMean, runningMeanSquare, slope } from './formulas.js';

/** The tensors of a step. The numbers that differ from step to step are float32 scalars. */
type Inputs = {
  parameter: Tensor;
  gradient: Tensor;
  exp_avg: Tensor;
  exp_avg_sq: Tensor;
  /** The largest `exp_avg_sq` so far: the step is AMSGrad's. */
  max_exp_avg_sq?: Tensor | undefined;
  /** learningRate / (1 − β1^t) · √(1 − β2^t) */
  rate: Tensor;
  /** eps · √(1 − β2^t) */
  eps: Tensor;
  /** The factor of the parameter before the update: decoupled decay. */
  shrink?: Tensor | undefined;
  /** RAdam's: 0 where the mean is the direction, not divided by the root of the mean square. */
  adapts?: Tensor | undefined;
};

type Attributes = {
  beta1: number;
  beta2: number;
  /** The weight of a gradient in the mean: 1 − β1. */
  meanWeight: number;
  /** The weight of a squared gradient in the mean square: 1 − β2. */
  squareWeight: number;
  /** L2: the share of the parameter that is added to the gradient. */
  weightDecay: number;
  maximize: boolean;
  /** True if the parameter and the state are donated: their memory may then hold the results. */
  inPlace: boolean;
};

/**
 * One step of Adam, AMSGrad, AdamW or RAdam: the new parameter, exp_avg, exp_avg_sq and, where it
 * was given, max_exp_avg_sq.
 */
export const adamStep = defineKernel({
  name: 'TrainkitAdamStep',
  composite: (inputs: Inputs, attributes: Attributes): Outputs => {
    const { parameter, exp_avg, exp_avg_sq, max_exp_avg_sq, rate, eps, shrink, adapts } = inputs;
    const g = slope(inputs, attributes);
    const mean = runningMean(exp_avg, g, attributes.beta1, attributes.meanWeight);
    const square = runningMeanSquare(exp_avg_sq, g, attributes.beta2, attributes.squareWeight);
    // The new one comes first: the WebAssembly backend keeps NaN only there.
    const largest = max_exp_avg_sq && maximum(square, max_exp_avg_sq);
    const from = shrink === undefined ? parameter : mul(parameter, shrink);
    // Both sides of the fraction times the correction, which saves a pass over the elements.
    const adapted = div(mean, add(sqrt(largest ?? square), eps));
    // A condition of the shape: tf.where would broadcast a scalar by tf.tile, which is slow on
    // WebAssembly.
    const direction = adapts === undefined ? adapted : where(less(zerosLike(mean), adapts), adapted, mean);
    const next = sub(from, mul(direction, rate));
    return largest === undefined ? [next, mean, square] : [next, mean, square, largest];
  },
  tensorflow: tensorflowStep,
  wasm: simdStep,
  cpu: simdStep,
  native: (inputs, { beta1, beta2, meanWeight, squareWeight, weightDecay, maximize, inPlace }) => {
    const { gradient, rate, eps, shrink = scalar(1), max_exp_avg_sq } = inputs;
    if (inputs.adapts !== undefined) return null;
    const kernels = nativeKernels();
    // A parameter may be its own gradient: the kernel reads each element before it writes it.
    const own = (tensor: Tensor) => kernels.donate(tensor, inPlace);
    const updated: Outputs = [own(inputs.parameter), own(inputs.exp_avg), own(inputs.exp_avg_sq)];
    if (max_exp_avg_sq !== undefined) updated.push(own(max_exp_avg_sq));
    kernels.run(
      'adam',
      [gradient, rate, eps, shrink, updated[0], updated[1], updated[2], updated[3] ?? null],
      [updated[0].size, maximize ? -1 : 1, weightDecay, beta1, meanWeight, beta2, squareWeight],
    );
    return updated;
  },
});

type Outputs = [parameter: Tensor, mean: Tensor, square: Tensor, ...largest: Tensor[]];

function simdStep(inputs: Inputs, attributes: Attributes): Outputs | null {
  const { rate, eps, shrink, adapts, ...tensors } = inputs;
  const { beta1, beta2, meanWeight, squareWeight, weightDecay, maximize, inPlace } = attributes;
  const fromOld = beta1 > 0.5;
  return adamPass({
    tensors,
    numbers: {
      sign: maximize ? -1 : 1,
      weightDecay,
      fromOld: fromOld ? 1 : 0,
      blendWeight: fromOld ? meanWeight : beta1,
      beta2,
      squareWeight,
      shrink: numberOf(shrink, 1),
      eps: numberOf(eps),
      rate: numberOf(rate),
      adapts: numberOf(adapts, 1),
    },
    donated: inPlace,
  });
}

/** The number of a scalar, on backends whose numbers JavaScript can reach. */
export function numberOf(x: Tensor | undefined, missing = Number.NaN): number {
  return x?.dataSync()[0] ?? missing;
}

/**
 * The weight of a gradient in TensorFlow's own op, which has one factor for an average, β in
 * float32, and its complement.
 */
const fusedWeight = (beta: number) => 1 - Math.fround(beta);

/** Below 0.5 the op is not exact: it adds the difference of the new value and the old average. */
const isFusable = (...betas: number[]) => betas.every((beta) => beta >= 0.5);

/**
 * The weights of a gradient and of its square: 1 − β, or those of TensorFlow's op where that runs.
 *
 * For 0.999 the op's is off by 1.3e-5 of itself, and so are the averages, which are then kept times
 * that factor.
 */
export function gradientWeights(betas: readonly [number, number]): { mean: number; square: number } {
  const isFused = adamStep.activeVersion() === 'tensorflow' && isFusable(...betas);
  const weight = (beta: number) => (isFused ? fusedWeight(beta) : 1 - beta);
  return { mean: weight(betas[0]), square: weight(betas[1]) };
}

/** One step by TensorFlow's op, in one pass over memory, where the weights are its own. */
function tensorflowStep(inputs: Inputs, attributes: Attributes): Outputs | null {
  const { beta1, beta2, meanWeight, squareWeight, inPlace } = attributes;
  const isFused = meanWeight === fusedWeight(beta1) && squareWeight === fusedWeight(beta2);
  if (!isFused || !isFusable(beta1, beta2) || inputs.adapts !== undefined) return null;
  const { parameter, exp_avg, exp_avg_sq, max_exp_avg_sq, rate, eps, shrink } = inputs;
  const from = shrink === undefined ? parameter : mul(parameter, shrink);
  const numbers = {
    gradient: slope(inputs, attributes),
    learningRate: rate,
    beta1: scalar(Math.fround(beta1)),
    beta2: scalar(Math.fround(beta2)),
    eps,
  };
  const ops = nativeOps();
  if (max_exp_avg_sq === undefined) return ops.applyAdam([from, exp_avg, exp_avg_sq], numbers, { inPlace });
  return ops.applyAdamWithAmsgrad([from, exp_avg, exp_avg_sq, max_exp_avg_sq], numbers, { inPlace });
}

import { add, mul, neg, sub, type Tensor, tensor } from '@tensorflow/tfjs-core';
import { defineKernel } from '@trainkit/kernels';
import { nativeKernels } from '@trainkit/kernels/native';
import { numberOf } from './adam-step.js';
import { wasmMomentumStep, wasmStep } from './sgd.wasm.js';

/** The rate is a float32 scalar, so that a recorded step can be given another one. */
type Inputs = { parameter: Tensor; gradient: Tensor; learningRate: Tensor };
type Attributes = {
  weightDecay: number;
  maximize: boolean;
  /** Whether the parameter and the buffer are given up: their memory may then hold the results. */
  inPlace: boolean;
};
type MomentumInputs = Inputs & { buffer: Tensor };
type MomentumAttributes = Attributes & {
  momentum: number;
  /** The weight of the old buffer in the new one; 0 where there is none, whose numbers are then not looked at. */
  bufferWeight: number;
  /** The weight of the gradient in the new buffer. */
  gradientWeight: number;
  nesterov: boolean;
};

/** p − rate · g: the update of SGD without momentum. */
export const sgdStep = defineKernel({
  name: 'TrainkitSGDStep',
  composite: ({ parameter, gradient, learningRate }: Inputs, attributes: Attributes) => [
    sub(parameter, mul(slope(parameter, gradient, attributes), learningRate)),
  ],
  wasm: wasmStep,
  cpu: plainPass,
  native: ({ parameter, gradient, learningRate }, { weightDecay, maximize, inPlace }) => {
    const kernels = nativeKernels();
    const updated = kernels.donate(parameter, inPlace);
    kernels.run('sgd', [gradient, learningRate, updated], [parameter.size, maximize ? -1 : 1, weightDecay]);
    return [updated];
  },
});

/** The update of SGD with momentum: the new parameter and the new buffer. */
export const sgdMomentumStep = defineKernel({
  name: 'TrainkitSGDMomentumStep',
  composite: (
    { parameter, gradient, buffer, learningRate }: MomentumInputs,
    attributes: MomentumAttributes,
  ) => {
    const { momentum, bufferWeight, gradientWeight, nesterov } = attributes;
    const g = slope(parameter, gradient, attributes);
    const entering = gradientWeight === 1 ? g : mul(g, gradientWeight);
    const b = bufferWeight === 0 ? entering : add(mul(buffer, bufferWeight), entering);
    const direction = nesterov ? add(g, mul(b, momentum)) : b;
    return [sub(parameter, mul(direction, learningRate)), b];
  },
  wasm: wasmMomentumStep,
  cpu: momentumPass,
  native: (
    { parameter, gradient, buffer, learningRate },
    { weightDecay, maximize, momentum, bufferWeight, gradientWeight, nesterov, inPlace },
  ) => {
    const kernels = nativeKernels();
    const updated = kernels.donate(parameter, inPlace);
    // Where there is no buffer yet the gradient stands in for it, and that is the caller's.
    const next = bufferWeight === 0 ? kernels.empty(buffer.shape) : kernels.donate(buffer, inPlace);
    kernels.run(
      'sgdMomentum',
      [gradient, learningRate, updated, next],
      [
        ...[parameter.size, maximize ? -1 : 1, weightDecay],
        ...[momentum, bufferWeight, gradientWeight, nesterov ? 1 : 0],
      ],
    );
    return [updated, next];
  },
});

/** The gradient uphill or downhill, with the L2 term. */
function slope(parameter: Tensor, gradient: Tensor, { weightDecay, maximize }: Attributes): Tensor {
  const g = maximize ? neg(gradient) : gradient;
  return weightDecay === 0 ? g : add(g, mul(parameter, weightDecay));
}

function plainPass(
  { parameter, gradient, learningRate }: Inputs,
  { weightDecay, maximize }: Attributes,
): [Tensor] {
  const rate = numberOf(learningRate);
  const sign = maximize ? -1 : 1;
  const [p, g] = [parameter.dataSync(), gradient.dataSync()];
  const next = new Float32Array(p.length);
  for (let i = 0; i < next.length; i++) {
    const value = p[i]!;
    next[i] = value - rate * decayed(sign * g[i]!, value, weightDecay);
  }
  return [tensor(next, parameter.shape)];
}

function momentumPass(
  { parameter, gradient, buffer, learningRate }: MomentumInputs,
  { weightDecay, maximize, momentum, bufferWeight, gradientWeight, nesterov }: MomentumAttributes,
): [Tensor, Tensor] {
  const rate = numberOf(learningRate);
  const sign = maximize ? -1 : 1;
  const [p, g, b] = [parameter.dataSync(), gradient.dataSync(), buffer.dataSync()];
  const [nextP, nextB] = [new Float32Array(p.length), new Float32Array(p.length)];
  for (let i = 0; i < nextP.length; i++) {
    const value = p[i]!;
    const slope = decayed(sign * g[i]!, value, weightDecay);
    nextB[i] = bufferWeight === 0 ? gradientWeight * slope : bufferWeight * b[i]! + gradientWeight * slope;
    nextP[i] = value - rate * (nesterov ? slope + momentum * nextB[i]! : nextB[i]!);
  }
  return [tensor(nextP, parameter.shape), tensor(nextB, parameter.shape)];
}

/** Without decay the parameter is not looked at: 0 times an infinite one is NaN. */
function decayed(slope: number, value: number, weightDecay: number): number {
  return weightDecay === 0 ? slope : slope + weightDecay * value;
}

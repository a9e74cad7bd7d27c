import { add, clone, mul, scalar, sub, type Tensor } from '@tensorflow/tfjs-core';
import { defineKernel } from '@trainkit/kernels';
import { nativeKernels } from '@trainkit/kernels/native';
import { nativeOps } from '@trainkit/kernels/node';
import { numberOf } from './adam.kernel.js';
import { slope } from './formulas.js';
import { sgdPass } from './sgd.code.js';

/** The rate is a float32 scalar, so that a recorded step can be given another one. */
type Inputs = {
  parameter: Tensor;
  gradient: Tensor;
  learningRate: Tensor;
  /** With momentum, the buffer of the step before; none before the first step. */
  momentum_buffer?: Tensor | undefined;
};

type Attributes = {
  momentum: number;
  dampening: number;
  nesterov: boolean;
  weightDecay: number;
  maximize: boolean;
  /** True if the parameter and the buffer are donated: their memory may then hold the results. */
  inPlace: boolean;
};

type Outputs = [parameter: Tensor, ...buffer: Tensor[]];

/** One step of SGD: the new parameter and, with momentum, the new buffer. */
export const sgdStep = defineKernel({
  name: 'TrainkitSGDStep',
  composite: (inputs: Inputs, attributes: Attributes): Outputs => {
    const { parameter, learningRate } = inputs;
    const g = slope(inputs, attributes);
    const buffer = nextBuffer(g, inputs, attributes);
    const next = sub(parameter, mul(direction(g, buffer, attributes), learningRate));
    return buffer === undefined ? [next] : [next, buffer];
  },
  tensorflow: (inputs, attributes) => {
    const { parameter, learningRate, momentum_buffer } = inputs;
    const { momentum, dampening, nesterov, inPlace } = attributes;
    const ops = nativeOps();
    const g = slope(inputs, attributes);
    if (momentum !== 0 && momentum_buffer !== undefined && dampening === 0) {
      const numbers = { gradient: g, learningRate, momentum: scalar(momentum) };
      return ops.applyMomentum([parameter, momentum_buffer], numbers, { inPlace, nesterov });
    }
    const buffer = nextBuffer(g, inputs, attributes);
    const gradient = direction(g, buffer, attributes);
    const next = ops.applyGradientDescent(parameter, { gradient, learningRate }, { inPlace });
    return buffer === undefined ? [next] : [next, buffer];
  },
  wasm: simdStep,
  cpu: simdStep,
  native: (inputs, attributes) => {
    const { parameter, gradient, learningRate, momentum_buffer } = inputs;
    const { momentum, nesterov, weightDecay, maximize, inPlace } = attributes;
    const kernels = nativeKernels();
    const updated = kernels.donate(parameter, inPlace);
    const common = [parameter.size, maximize ? -1 : 1, weightDecay];
    if (momentum === 0) {
      kernels.run('sgd', [gradient, learningRate, updated], common);
      return [updated];
    }
    const buffer = momentum_buffer
      ? kernels.donate(momentum_buffer, inPlace)
      : kernels.empty(parameter.shape);
    const { bufferWeight, gradientWeight } = bufferWeights(inputs, attributes);
    kernels.run(
      'sgdMomentum',
      [gradient, learningRate, updated, buffer],
      [...common, momentum, bufferWeight, gradientWeight, nesterov ? 1 : 0],
    );
    return [updated, buffer];
  },
});

/** The new buffer: of the first step the gradient itself, undampened. */
function nextBuffer(
  g: Tensor,
  { momentum_buffer }: Inputs,
  { momentum, dampening }: Attributes,
): Tensor | undefined {
  if (momentum === 0) return undefined;
  if (momentum_buffer === undefined) return clone(g);
  return add(mul(momentum_buffer, momentum), dampening === 0 ? g : mul(g, 1 - dampening));
}

function direction(g: Tensor, buffer: Tensor | undefined, { momentum, nesterov }: Attributes): Tensor {
  if (buffer === undefined) return g;
  return nesterov ? add(g, mul(buffer, momentum)) : buffer;
}

/** The weights of the old buffer and of the gradient in the new one. */
function bufferWeights({ momentum_buffer }: Inputs, { momentum, dampening }: Attributes) {
  return momentum_buffer === undefined
    ? { bufferWeight: 0, gradientWeight: 1 }
    : { bufferWeight: momentum, gradientWeight: 1 - dampening };
}

function simdStep(inputs: Inputs, attributes: Attributes): Outputs | null {
  const { parameter, gradient, learningRate, momentum_buffer = null } = inputs;
  const { momentum, nesterov, weightDecay, maximize, inPlace } = attributes;
  return sgdPass({
    tensors: { parameter, gradient, momentum_buffer: momentum === 0 ? undefined : momentum_buffer },
    numbers: {
      sign: maximize ? -1 : 1,
      weightDecay,
      learningRate: numberOf(learningRate),
      ...bufferWeights(inputs, attributes),
      momentum,
      nesterov: nesterov ? 1 : 0,
    },
    donated: inPlace,
  });
}

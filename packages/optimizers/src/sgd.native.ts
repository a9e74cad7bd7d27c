import { add, clone, mul, neg, scalar, type Tensor } from '@tensorflow/tfjs-core';
import { stepNumber } from '@trainkit/kernels';
import { nativeOps } from '@trainkit/kernels/node';
import type { Complete } from './hyperparameters.js';
import type { SGDTensors, SGDUpdated, SGDUpdateOptions } from './sgd-update.js';

/** One step of SGD by TensorFlow's own ops, in one pass over memory; the parameter and the buffer are given up. */
export function sgdNative(
  { parameter, gradient, momentumBuffer }: SGDTensors,
  {
    momentum,
    dampening,
    nesterov,
    weightDecay,
    maximize,
  }: Complete<Omit<SGDUpdateOptions, 'learningRate' | 'inPlace'>>,
  readRate: () => number,
): SGDUpdated {
  const ops = nativeOps();
  const uphill = maximize ? neg(gradient) : gradient;
  const g = weightDecay === 0 ? uphill : add(uphill, mul(parameter, weightDecay));
  const learningRate = stepNumber(readRate);
  const descend = (direction: Tensor) =>
    ops.applyGradientDescent(parameter, { gradient: direction, learningRate }, { inPlace: true });
  if (momentum === 0) return { parameter: descend(g) };
  if (momentumBuffer !== undefined && dampening === 0) {
    const inputs = { gradient: g, learningRate, momentum: scalar(momentum) };
    const [next, buffer] = ops.applyMomentum([parameter, momentumBuffer], inputs, {
      inPlace: true,
      nesterov,
    });
    return { parameter: next, momentumBuffer: buffer };
  }
  // There is no buffer before the first update, whose own is the gradient, undampened.
  const buffer =
    momentumBuffer === undefined ? clone(g) : add(mul(momentumBuffer, momentum), mul(g, 1 - dampening));
  return { parameter: descend(nesterov ? add(g, mul(buffer, momentum)) : buffer), momentumBuffer: buffer };
}

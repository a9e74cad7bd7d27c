import { type Tensor, tensor1d } from '@tensorflow/tfjs-core';
import { simdOnHeap } from '@trainkit/kernels/wasm';
import { numberOf } from './adam-step.js';
import { listSGDNumbers, sgdCode } from './sgd.code.js';

/*
 * SGD in one pass over the WebAssembly backend's memory, as in adam.wasm.ts.
 */

type Inputs = Record<'parameter' | 'gradient' | 'learningRate', Tensor>;

/** See the attributes of the kernels. */
type Attributes = { weightDecay: number; maximize: boolean; inPlace: boolean };
type MomentumAttributes = Attributes & {
  momentum: number;
  bufferWeight: number;
  gradientWeight: number;
  nesterov: boolean;
};

/** The new parameter. */
export function wasmStep(
  { parameter, gradient, learningRate }: Inputs,
  attributes: Attributes,
): [Tensor] | null {
  const heap = simdOnHeap(sgdCode, parameter, gradient);
  if (heap === null) return null;
  const numbers = numbersOf(learningRate, attributes);
  const p = attributes.inPlace ? heap.takeOver(parameter) : heap.copy(parameter);
  heap.code.step(parameter.size, heap.address(numbers), heap.address(p), heap.address(gradient));
  return [p];
}

/** The new parameter and the new buffer. */
export function wasmMomentumStep(
  { parameter, gradient, buffer, learningRate }: Inputs & { buffer: Tensor },
  attributes: MomentumAttributes,
): [Tensor, Tensor] | null {
  const heap = simdOnHeap(sgdCode, parameter, gradient, buffer);
  if (heap === null) return null;
  const numbers = numbersOf(learningRate, attributes);
  const own = (tensor: Tensor) => (attributes.inPlace ? heap.takeOver(tensor) : heap.copy(tensor));
  // Where there is no buffer yet the gradient stands in for it, and that is the caller's.
  const b = attributes.bufferWeight === 0 ? heap.make(buffer.shape) : own(buffer);
  const p = own(parameter);
  const step = attributes.nesterov ? heap.code.nesterovStep : heap.code.momentumStep;
  step(parameter.size, heap.address(numbers), heap.address(p), heap.address(b), heap.address(gradient));
  return [p, b];
}

function numbersOf(
  rate: Tensor,
  {
    weightDecay,
    maximize,
    momentum = 0,
    bufferWeight = 0,
    gradientWeight = 0,
  }: Attributes & Partial<MomentumAttributes>,
): Tensor {
  const [sign, learningRate] = [maximize ? -1 : 1, numberOf(rate)];
  return tensor1d(
    listSGDNumbers({ sign, weightDecay, learningRate, bufferWeight, gradientWeight, momentum }),
  );
}

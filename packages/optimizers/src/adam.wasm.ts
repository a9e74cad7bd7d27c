import { type Tensor, tensor1d } from '@tensorflow/tfjs-core';
import { simdOnHeap } from '@trainkit/kernels/wasm';
import { adamCode, listAdamNumbers } from './adam.code.js';
import {
  type AdamAttributes,
  type AdamInputs,
  type AdamScalars,
  type AmsgradInputs,
  numberOf,
} from './adam-step.js';

/*
 * Adam in one pass over the WebAssembly backend's memory; null where that does not go. What is given up is overwritten
 * where it lies: that spares new memory, which is in no cache.
 */

/** The new parameter, expAvg and expAvgSq. */
export function wasmStep(
  { parameter, gradient, expAvg, expAvgSq, ...scalars }: AdamInputs,
  attributes: AdamAttributes,
): [Tensor, Tensor, Tensor] | null {
  const heap = simdOnHeap(adamCode, parameter, gradient, expAvg, expAvgSq);
  if (heap === null) return null;
  const numbers = numbersOf(scalars, attributes);
  const own = (tensor: Tensor) => (attributes.inPlace ? heap.takeOver(tensor) : heap.copy(tensor));
  const [p, m, v] = [own(parameter), own(expAvg), own(expAvgSq)];
  heap.code.step(
    parameter.size,
    heap.address(numbers),
    heap.address(p),
    heap.address(m),
    heap.address(v),
    heap.address(gradient),
  );
  return [p, m, v];
}

/** The new parameter, expAvg, expAvgSq and maxExpAvgSq. */
export function wasmAmsgradStep(
  { parameter, gradient, expAvg, expAvgSq, maxExpAvgSq, ...scalars }: AmsgradInputs,
  attributes: AdamAttributes,
): [Tensor, Tensor, Tensor, Tensor] | null {
  const heap = simdOnHeap(adamCode, parameter, gradient, expAvg, expAvgSq, maxExpAvgSq);
  if (heap === null) return null;
  const numbers = numbersOf(scalars, attributes);
  const own = (tensor: Tensor) => (attributes.inPlace ? heap.takeOver(tensor) : heap.copy(tensor));
  const [p, m, v, largest] = [own(parameter), own(expAvg), own(expAvgSq), own(maxExpAvgSq)];
  heap.code.amsgradStep(
    parameter.size,
    heap.address(numbers),
    heap.address(p),
    heap.address(m),
    heap.address(v),
    heap.address(gradient),
    heap.address(largest),
  );
  return [p, m, v, largest];
}

function numbersOf(
  { rate, eps, shrink }: AdamScalars,
  { beta1, beta2, weightDecay, maximize }: AdamAttributes,
): Tensor {
  const fromOld = beta1 > 0.5;
  const numbers = listAdamNumbers({
    sign: maximize ? -1 : 1,
    weightDecay,
    fromOld: fromOld ? 1 : 0,
    blendWeight: fromOld ? 1 - beta1 : beta1,
    beta2,
    squareWeight: 1 - beta2,
    shrink: numberOf(shrink),
    eps: numberOf(eps),
    stepSize: numberOf(rate),
  });
  return tensor1d(numbers);
}

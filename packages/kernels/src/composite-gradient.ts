import { addN, engine, mul, type NamedAttrMap, sum, type Tensor, zerosLike } from '@tensorflow/tfjs-core';
import type { Tensors, Thunks } from './types.js';

/**
 * The gradient of a composite as recorded ops, for gradients of gradients.
 *
 * It computes the composite again from its inputs, since a hand-written gradient need not be
 * differentiable.
 */
export function compositeGradient(
  composite: (inputs: Tensors, attrs: NamedAttrMap) => readonly Tensor[],
  dys: readonly Tensor[],
  inputs: Tensors,
  attrs: NamedAttrMap,
): Thunks<Tensors> {
  const differentiable = Object.entries(inputs).filter(([, { dtype }]) => dtype === 'float32');
  const { value, grads } = engine().gradients(
    () => {
      const outputs = composite(inputs, attrs);
      return addN(dys.map((dy, i) => sum(mul(outputs[i]!, dy))));
    },
    differentiable.map(([, input]) => input),
    undefined,
    true,
  );
  value.dispose();
  return Object.fromEntries(
    differentiable.map(([name, input], i) => [name, () => grads[i] ?? zerosLike(input)]),
  );
}

import { type NamedTensorMap, Tensor, Variable } from '@tensorflow/tfjs-core';
import { expected, show } from '@trainkit/checks';
import { checkFloat32 } from '@trainkit/checks/tensor';
import { marksOf } from '@trainkit/kernels';
import { isWholeResult, type NamedTensor } from './gradients.js';

/** Gradients as the clipping functions take them. */
export type GradientForm = NamedTensorMap | readonly (NamedTensor | Tensor)[];

/** The tensors among the gradients; throws for what is neither a tensor nor missing. */
export function tensorsOf(method: string, grads: GradientForm): Tensor[] {
  const isOther = grads instanceof Tensor || grads instanceof Map || grads instanceof Promise;
  if (typeof grads !== 'object' || grads === null || isOther) {
    throw new TypeError(
      expected(
        method,
        'grads',
        grads,
        'a map of tensors by variable.name, or a list of tensors or of { name, tensor }',
      ),
    );
  }
  if (isWholeResult(grads)) {
    const expectation = 'gradients, not all that tf.variableGrads returns';
    const instead = `Write const { value, grads } = tf.variableGrads(…), and ${method}(grads, …).`;
    throw new TypeError(expected(method, 'grads', grads, expectation, instead));
  }
  return Object.entries(grads).flatMap(([name, entry]) => {
    const gradient: unknown = isNamed(entry) ? entry.tensor : entry;
    if (gradient === undefined || gradient === null) return [];
    const key = isNamed(entry) ? show(entry.name) : Array.isArray(grads) ? name : show(name);
    checkFloat32(method, `grads[${key}]`, gradient);
    if (marksOf(gradient).kind === 'parameter' || (gradient instanceof Variable && gradient.trainable)) {
      const instead = `PyTorch takes parameters here: write ${method}(grads, …), with the grads of tf.variableGrads.`;
      throw new TypeError(
        expected(method, `grads[${key}]`, gradient, 'a gradient, not a parameter', instead),
      );
    }
    return [gradient];
  });
}

/** The gradients in the same form, each changed; those that are missing stay so. */
export function mapGradients(
  grads: GradientForm,
  change: (gradient: Tensor) => Tensor,
): NamedTensorMap | (NamedTensor | Tensor)[] {
  const changed = (gradient: Tensor) =>
    // Ops on nothing are not to be trusted on every backend.
    gradient instanceof Tensor && gradient.size > 0 ? change(gradient) : (gradient?.clone() ?? gradient);
  if (isList(grads)) {
    return grads.map((entry) =>
      isNamed(entry) ? { name: entry.name, tensor: changed(entry.tensor) } : changed(entry),
    );
  }
  return Object.fromEntries(Object.entries(grads).map(([name, gradient]) => [name, changed(gradient)]));
}

function isList(grads: GradientForm): grads is readonly (NamedTensor | Tensor)[] {
  return Array.isArray(grads);
}

function isNamed(entry: NamedTensor | Tensor): entry is NamedTensor {
  return typeof entry === 'object' && entry !== null && !(entry instanceof Tensor) && 'tensor' in entry;
}

import { type NamedTensorMap, Tensor } from '@tensorflow/tfjs-core';
import { describeValue } from './describe.js';
import type { NamedTensor } from './gradients.js';

/** Gradients as the clipping functions take them. */
export type GradientForm = NamedTensorMap | readonly (NamedTensor | Tensor)[];

/** The tensors among the gradients; throws for what is neither a tensor nor missing. */
export function tensorsOf(method: string, grads: GradientForm): Tensor[] {
  if (typeof grads !== 'object' || grads === null || grads instanceof Tensor) {
    throw new TypeError(
      `${method}: gradients are a map by variable.name, or a list of tensors or of { name, tensor }; ` +
        `received ${describeValue(grads)}.`,
    );
  }
  return Object.entries(grads).flatMap(([name, entry]) => {
    const gradient: unknown = isNamed(entry) ? entry.tensor : entry;
    if (gradient === undefined || gradient === null) return [];
    const which = isNamed(entry) ? entry.name : name;
    if (!(gradient instanceof Tensor)) {
      throw new TypeError(
        `${method}: the gradient '${which}' must be a tensor; received ${describeValue(gradient)}.`,
      );
    }
    if (gradient.isDisposed) throw new Error(`${method}: the gradient '${which}' is disposed.`);
    if (gradient.dtype === 'float32') return [gradient];
    throw new TypeError(`${method}: the gradient '${which}' must be float32; received ${gradient.dtype}.`);
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

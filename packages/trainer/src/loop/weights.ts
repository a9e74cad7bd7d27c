import type { SafeTensor } from '@trainkit/safetensors';
import { type Frozen, isFrozenObject, TensorData } from '../state/tensor-data.js';
import { toSafeTensor } from '../state/tree-text.js';

/** The tensors of a model's state by their paths, in the format of a safetensors file. */
export function weightsOf(state: Frozen): Record<string, SafeTensor> {
  return Object.fromEntries(tensorsIn(state).map(([path, tensor]) => [path, toSafeTensor(tensor)]));
}

/** The tensors of a state with their paths, in its order. */
export function tensorsIn(state: Frozen, path = ''): [path: string, tensor: TensorData][] {
  if (state instanceof TensorData) return [[path, state]];
  const entries: [string, Frozen][] = Array.isArray(state)
    ? state.map((item, i) => [`${i}`, item])
    : isFrozenObject(state)
      ? Object.entries(state)
      : [];
  return entries.flatMap(([key, item]) => tensorsIn(item, path === '' ? key : `${path}.${key}`));
}

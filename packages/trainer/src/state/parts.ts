import { Tensor, type Variable } from '@tensorflow/tfjs-core';
import { show } from '@trainkit/checks';
import { hasMethods } from './has-methods.js';
import { variablePart, weightsPart } from './model-parts.js';
import type { Part } from './part.js';
import type { LayersModelLike, Stateful } from './stateful.js';
import { isStockOptimizer, stockOptimizerPart } from './stock-optimizer.js';

/**
 * The part for the state of `value`; null if it has none.
 *
 * @param where the function that was called, the first word of errors
 * @param name its name in the checkpoint
 */
export function findPart(where: string, name: string, value: unknown): Part | null {
  if (isStateful(value))
    return { read: () => value.stateDict(), load: (state) => value.loadStateDict(state) };
  if (isVariable(value)) return variablePart(where, { [name]: value });
  if (typeof value !== 'object' || value === null) return null;
  if (isStockOptimizer(value)) return stockOptimizerPart(where, value);
  if (isLayersModel(value)) return weightsPart(where, value);
  const variables = variablesIn(value);
  return variables === null ? null : variablePart(where, variables);
}

/** The same as {@link findPart}, but throws if the value has no state. */
export function partOf(where: string, name: string, value: unknown): Part {
  const part = findPart(where, name, value);
  if (part !== null) return part;
  throw new TypeError(
    `${where}: ${name} is ${show(value)}, which has no state to save; expected an object with stateDict() and loadStateDict(state). ` +
      'Give it both, or leave it out of what is saved.',
  );
}

/** Returns true for an object with `stateDict` and `loadStateDict`. */
function isStateful(value: unknown): value is Stateful {
  return hasMethods(value, 'stateDict', 'loadStateDict');
}

/** Returns true for a `tf.LayersModel`, of any copy of TensorFlow.js. */
export function isLayersModel(value: unknown): value is LayersModelLike {
  return (
    hasMethods(value, 'setWeights') &&
    'trainableWeights' in value &&
    'weights' in value &&
    Array.isArray(value.weights)
  );
}

/** Returns true for a `tf.Variable`. */
export function isVariable(value: unknown): value is Variable {
  return value instanceof Tensor && 'assign' in value;
}

/** The variables of a list or a record that contains only variables; null for anything else. */
export function variablesIn(value: object): Record<string, Variable> | null {
  const entries: [string, unknown][] = Object.entries(value);
  if (entries.length === 0) return null;
  const variables: Record<string, Variable> = {};
  for (const [name, each] of entries) {
    if (!isVariable(each)) return null;
    variables[name] = each;
  }
  return variables;
}

import type { Tensor, Variable } from '@tensorflow/tfjs-core';
import { expected } from '@trainkit/checks';
import { hasMethods } from '../state/has-methods.js';
import type { Part } from '../state/part.js';
import { findPart, isLayersModel, isVariable, partOf, variablesIn } from '../state/parts.js';
import type { LayerWeight, Model, OptimizerLike } from '../state/stateful.js';
import type { Frozen } from '../state/tensor-data.js';
import { tensorsIn } from './weights.js';

/** The common interface of all kinds of models: variables, names, state. */
export interface TrainedModel {
  /**
   * The variables to train, including frozen ones, since a model may freeze some during the
   * training.
   */
  variables(): Variable[];
  /** The same variables with their names. */
  named(): [name: string, variable: Variable][];
  readonly part: Part;
}

/** @throws TypeError if the model has no parameters that are known here */
export function trainedModel(model: Model): TrainedModel {
  const named = namedVariables(model);
  if (named === null) {
    throw new TypeError(
      expected(
        'Trainer',
        'model',
        model,
        'a module with parameters(), a tf.LayersModel, or tf.Variables in a list or by name',
        'Write model: { weight, bias } for bare variables.',
      ),
    );
  }
  return {
    variables: () => named().map(([, variable]) => variable),
    named,
    part: partOf('Trainer', 'model', model),
  };
}

function namedVariables(model: Model): (() => [string, Variable][]) | null {
  if (isVariable(model)) return () => [['variable', model]];
  if (typeof model !== 'object' || model === null) return null;
  if (hasMethods(model, 'parameters') && findPart('Trainer', 'model', model) !== null)
    return () => moduleVariables(model);
  if (isLayersModel(model)) {
    return () => model.trainableWeights.flatMap(weightVariable);
  }
  const variables = variablesIn(model);
  return variables === null ? null : () => Object.entries(variables);
}

/** The variables by their paths if the module has them, else by number. */
function moduleVariables(model: object): [string, Variable][] {
  const named: unknown = hasMethods(model, 'namedParameters')
    ? Reflect.get(model, 'namedParameters').call(model)
    : null;
  if (Array.isArray(named)) return named;
  const parameters: Variable[] = Reflect.get(model, 'parameters').call(model);
  return parameters.map((variable, i) => [`${i}`, variable]);
}

function weightVariable(weight: LayerWeight): [string, Variable][] {
  const variable = weight.read();
  return isVariable(variable) ? [[weight.originalName, variable]] : [];
}

/** Throws if the optimizer reports its variables, and a trainable one is not among them. */
export function checkOptimizer({ named }: TrainedModel, optimizer: OptimizerLike): void {
  if (!hasMethods(optimizer, 'updates')) return;
  const isUpdated = (variable: Variable) =>
    Reflect.get(optimizer, 'updates').call(optimizer, variable) === true;
  const missing = named().filter(([, variable]) => variable.trainable && !isUpdated(variable));
  if (missing.length === 0) return;
  const names = missing.slice(0, 5).map(([name]) => name);
  const more = missing.length > names.length ? ` and ${missing.length - names.length} more` : '';
  throw new Error(
    `Trainer: the optimizer does not have ${names.join(', ')}${more}; expected all of the model's variables that are trainable. ` +
      'Write new AdamW(model.namedParameters()) or adamw(), or freeze what is not to be trained.',
  );
}

/**
 * The first number of a model's state that is not finite, as a clause: `net.0.weight is NaN`;
 * null if all are finite.
 */
export function firstBrokenWeight(state: Frozen): string | null {
  for (const [path, { dtype, data }] of tensorsIn(state)) {
    if (dtype !== 'float32') continue;
    // By index: copying large weights would cost more than the search.
    for (let i = 0; i < data.length; i++) {
      const value = data[i]!;
      if (!Number.isFinite(value)) return `${path} is ${Number.isNaN(value) ? 'NaN' : 'infinite'}`;
    }
  }
  return null;
}

/** The first number of a tensor that is not finite, as text; null if all are finite. */
export function notFinite(tensor: Tensor): string | null {
  const value = tensor.dataSync().find((each) => !Number.isFinite(each));
  if (value === undefined) return null;
  return Number.isNaN(value) ? 'NaN' : 'infinite';
}

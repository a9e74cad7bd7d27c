import { Variable } from '@tensorflow/tfjs-core';
import { checkOptions, describeValue } from './describe.js';
import { checkNonNegative } from './hyperparameters.js';
import type { Parameter } from './parameter-groups.js';

/** Options of {@link decayGroups}. */
export interface DecayGroupsOptions {
  /** The decay of the first group, default 0.01. */
  weightDecay?: number;
}

/** A group of {@link decayGroups}. */
export interface DecayGroup {
  /** Its variables, as they were given. */
  params: Parameter[];
  /** Its decay. */
  weightDecay: number;
}

/**
 * Two groups: what has two dimensions or more decays, the rest (biases, the weights of norms, scalars) does not.
 *
 * By rank, not by searching names for "bias" and "norm". Each group keeps the order in which its variables came, and
 * may be empty.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs';
 * import { AdamW, decayGroups } from '@trainkit/optimizers';
 *
 * const [weight, bias] = [tf.variable(tf.zeros([3, 2])), tf.variable(tf.zeros([2]))];
 * const optimizer = new AdamW(decayGroups([weight, bias], { weightDecay: 0.1 }), { learningRate: 1e-3 });
 * console.log(optimizer.paramGroups.map(({ params, weightDecay }) => `${params.length} · ${weightDecay}`).join(', ')); // → 1 · 0.1, 1 · 0
 * ```
 */
export function decayGroups(
  parameters: readonly Parameter[],
  options: DecayGroupsOptions = {},
): [decayed: DecayGroup, spared: DecayGroup] {
  checkOptions('decayGroups', options);
  const { weightDecay = 0.01 } = options;
  checkNonNegative('decayGroups', 'weightDecay', weightDecay);
  const decayed: DecayGroup = { params: [], weightDecay };
  const spared: DecayGroup = { params: [], weightDecay: 0 };
  const given: unknown = parameters;
  if (!Array.isArray(given)) {
    throw new TypeError(
      `decayGroups: the parameters are an array of variables or of [path, variable] pairs; received ${describeValue(given)}.`,
    );
  }
  for (const parameter of parameters) {
    const pair: readonly unknown[] = Array.isArray(parameter) ? parameter : [undefined, parameter];
    const variable = pair[1];
    if (!(variable instanceof Variable)) {
      throw new TypeError(
        `decayGroups: a parameter is a tf.Variable or a pair [path, variable]; received ${describeValue(parameter)}.`,
      );
    }
    (variable.rank >= 2 ? decayed : spared).params.push(parameter);
  }
  return [decayed, spared];
}

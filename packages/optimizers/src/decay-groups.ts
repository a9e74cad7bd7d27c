import { checkNumber, checkOptions, expected, type OptionNames } from '@trainkit/checks';
import { type Parameter, splitParameter } from './parameter-groups.js';

/** Options of {@link decayGroups}. */
export interface DecayGroupsOptions {
  /** The decay of the first group, default 0.01. */
  weightDecay?: number | undefined;
}

const DECAY_GROUPS: OptionNames<DecayGroupsOptions> = { weightDecay: true };

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
  const { weightDecay = 0.01 } = checkOptions('decayGroups', options, DECAY_GROUPS);
  checkNumber('decayGroups', 'weightDecay', weightDecay, { min: 0 });
  const decayed: DecayGroup = { params: [], weightDecay };
  const spared: DecayGroup = { params: [], weightDecay: 0 };
  const given: unknown = parameters;
  if (!Array.isArray(given)) {
    throw new TypeError(
      expected('decayGroups', 'parameters', given, 'an array of variables or of [path, variable] pairs'),
    );
  }
  for (const parameter of parameters) {
    const { variable } = splitParameter('decayGroups', parameter);
    (variable.rank >= 2 ? decayed : spared).params.push(parameter);
  }
  return [decayed, spared];
}

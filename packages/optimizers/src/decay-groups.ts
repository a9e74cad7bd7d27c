import type { Variable } from '@tensorflow/tfjs-core';
import { checkFunction, checkNumber, checkOptions, type OptionNames } from '@trainkit/checks';
import { marksOf } from '@trainkit/kernels';
import { givenTwice, notParameters, type Parameter, splitParameter } from './parameter-groups.js';

/** Options of {@link decayGroups}. */
export interface DecayGroupsOptions {
  /** The decay of the first group, default 0.01. */
  weightDecay?: number | undefined;
  /**
   * Returns true for a further variable to spare, by its path or `variable.name`; default none:
   * `(name) => name.endsWith('embedding.weight')`.
   */
  spare?: ((name: string, variable: Variable) => boolean) | undefined;
}

const DECAY_GROUPS: OptionNames<DecayGroupsOptions> = { weightDecay: true, spare: true };

/** A group of {@link decayGroups}. */
export interface DecayGroup<Given extends Parameter = Parameter> {
  /** Its variables, as they were given. */
  params: Given[];
  /** Its decay. */
  weightDecay: number;
}

/**
 * Returns two groups: the weights of layers decay; biases, the parameters of norms and scalars do
 * not.
 *
 * A variable is judged by the first of these that says something of it:
 *
 * 1. the layer that made it:
 *    `this.parameter(value, { decay: false })`, as `Linear`, `LayerNorm` and `BatchNorm` do it
 * 2. its dimensions: with fewer than two, or with one element in all, it is spared
 * 3. its path or name, where numbers do not count: a bias (`bias`, `biases.0`, `b1`,
 *    `in_proj_bias`), the gamma, beta or alpha of `tf.layers`, and what belongs to a norm
 *    (`norm.weight`, `norms.0.weight`, `ln_1.weight`, but not `norm1_proj.weight`: the last word
 *    says what it is) are spared, whatever their dimensions
 * 4. else it decays, embeddings too, as is usual in PyTorch
 *
 * Each group keeps the order in which its variables came, and may be empty.
 *
 * The trap: variables without names of their own are judged by their dimensions alone. A bias of
 * shape `[1, out]` needs a name, `tf.variable(value, true, 'bias')`, a path, or the option `spare`.
 *
 * @param parameters variables or `[path, variable]` pairs
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
export function decayGroups<Given extends Parameter>(
  parameters: readonly Given[],
  options: DecayGroupsOptions = {},
): [decayed: DecayGroup<Given>, spared: DecayGroup<Given>] {
  const { weightDecay = 0.01, spare = () => false } = checkOptions('decayGroups', options, DECAY_GROUPS);
  checkNumber('decayGroups', 'weightDecay', weightDecay, { min: 0 });
  checkFunction('decayGroups', 'spare', spare, "Write spare: (name) => name.endsWith('embedding.weight').");
  const decayed: DecayGroup<Given> = { params: [], weightDecay };
  const spared: DecayGroup<Given> = { params: [], weightDecay: 0 };
  const given: unknown = parameters;
  if (!Array.isArray(given)) {
    throw notParameters(
      'decayGroups',
      'parameters',
      given,
      'an array of variables or of [path, variable] pairs',
    );
  }
  const seen = new Map<Variable, string>();
  for (const parameter of parameters) {
    const { variable, path } = splitParameter('decayGroups', parameter);
    const name = path ?? variable.name;
    const other = seen.get(variable);
    if (other !== undefined) throw givenTwice('decayGroups', name, other);
    seen.set(variable, name);
    (decays(name, variable) && !spare(name, variable) ? decayed : spared).params.push(parameter);
  }
  return [decayed, spared];
}

function decays(name: string, variable: Variable): boolean {
  const { decay: said } = marksOf(variable);
  if (said !== undefined) return said;
  if (variable.rank < 2 || variable.size === 1) return false;
  // The last parts of a path (blocks.norms.0.weight) or of a name of tf.layers
  // (dense_Dense1/kernel_1).
  const [last = '', owner = ''] = name
    .split(/[./]/)
    .filter((part) => !/^\d*$/.test(part))
    .reverse();
  const isSpared = isBias(last) || isOfNorm(last) || isNorm(last) || isNorm(owner);
  // A bias for each of several, by name: a layer called bias, as T5's relative_attention_bias, may
  // be an embedding.
  return !isSpared && wordsOf(owner).at(-1) !== 'biases';
}

function isBias(name: string): boolean {
  return wordsOf(name).some((word) => word === 'bias' || word === 'biases') || /^b_?\d*$/.test(name);
}

/** True for the parameters of tf.layers' norms, and PReLU's slope. */
function isOfNorm(name: string): boolean {
  return /^(gamma|beta|alpha)s?(_\d+)?$/.test(name);
}

/** The words of a name, in lower case: `postLayerNorm_1` has post, layer, norm. */
function wordsOf(name: string): string[] {
  const words = name.replace(/([\p{Ll}\d])(\p{Lu})/gu, '$1_$2').toLowerCase();
  return words.split(/[_\d]+/).filter((word) => word !== '');
}

/** The words that say where a norm stands, after its own: `ln_f`, `layernorm_before`, `norm_q`. */
const PLACES = /^(f|final|pre|post|before|after|in|out|q|k|v)$/;

/** True where the last word says so, those of its place aside: `norm1_proj` is a projection. */
function isNorm(name: string): boolean {
  const word = wordsOf(name).findLast((each) => !PLACES.test(each));
  return word !== undefined && /^(ln|bn|gn)s?$|norm(s|alizations?)?$/.test(word);
}

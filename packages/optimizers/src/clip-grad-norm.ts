import {
  add,
  div,
  lessEqual,
  mul,
  type NamedTensorMap,
  onesLike,
  type Rank,
  reshape,
  type Scalar,
  scalar,
  stack,
  type Tensor,
  tidy,
  where,
} from '@tensorflow/tfjs-core';
import { checkFlag, checkOptions, expected, type OptionNames } from '@trainkit/checks';
import { checkLimit } from './clip-grad-value.js';
import { mapGradients, tensorsOf } from './gradient-forms.js';
import type { NamedTensor } from './gradients.js';
import { type NormType, norm } from './norm.kernel.js';

/** Options of {@link clipGradNorm}. */
export interface ClipGradNormOptions {
  /** 2, 1 or Infinity, default 2. */
  normType?: NormType | undefined;
  /**
   * True for an error where the norm is NaN or infinite, default false; it reads the norm back,
   * which takes time.
   */
  errorIfNonfinite?: boolean | undefined;
}

const CLIP_GRAD_NORM: OptionNames<ClipGradNormOptions> = { normType: true, errorIfNonfinite: true };

/** The result of {@link clipGradNorm}. */
export type Clipped<Form> = {
  /** The clipped gradients, in the form that they came in: new tensors. */
  grads: Form;
  /** The norm of all gradients together before the clipping. */
  norm: Scalar;
};

/**
 * Scales all gradients by one factor, so that their norm together is at most `maxNorm`: PyTorch's
 * `clip_grad_norm_`.
 *
 * factor = min(maxNorm / (norm + 1e-6), 1); a gradient that is missing (null, undefined) stays so.
 * The gradients that come in stay the caller's, and so do the results: dispose of both. The norm is
 * a tensor, since reading a number back would wait for the device at every step;
 * `norm.dataSync()[0]` reads it.
 *
 * The traps: optax has no 1e-6, so its results differ in the seventh digit; `tf.clipByNorm` and
 * most snippets clip each tensor alone. Where the norm is NaN every gradient becomes NaN, where it
 * is infinite finite ones become 0, as in PyTorch: see `errorIfNonfinite`. A `maxNorm` of Infinity
 * only measures, whatever the norm; PyTorch's makes NaN of all where the norm is infinite too.
 *
 * @param grads by `variable.name`, as `tf.variableGrads` gives them, or a list of
 *   `{ name, tensor }` or of tensors
 * @param maxNorm the largest norm, at least 0
 * @throws RangeError for a negative or NaN `maxNorm` and another `normType`; Error for a norm that
 *   is not finite
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs';
 * import { clipGradNorm } from '@trainkit/optimizers';
 *
 * const { grads, norm } = clipGradNorm([tf.tensor1d([3]), tf.tensor1d([4])], 1);
 * console.log(norm.dataSync()[0], grads.map((grad) => grad.dataSync()[0]?.toFixed(4))); // → 5 [ '0.6000', '0.8000' ]
 * ```
 *
 * Source: R. Pascanu, T. Mikolov, Y. Bengio, "On the difficulty of training recurrent neural
 * networks", ICML 2013.
 */
export function clipGradNorm(
  grads: NamedTensorMap,
  maxNorm: number,
  options?: ClipGradNormOptions,
): Clipped<NamedTensorMap>;
export function clipGradNorm(
  grads: readonly NamedTensor[],
  maxNorm: number,
  options?: ClipGradNormOptions,
): Clipped<NamedTensor[]>;
export function clipGradNorm(
  grads: readonly Tensor[],
  maxNorm: number,
  options?: ClipGradNormOptions,
): Clipped<Tensor[]>;
export function clipGradNorm(
  grads: NamedTensorMap | readonly NamedTensor[] | readonly Tensor[],
  maxNorm: number,
  options: ClipGradNormOptions = {},
): Clipped<NamedTensorMap | (NamedTensor | Tensor)[]> {
  const { normType = 2, errorIfNonfinite = false } = checkOptions('clipGradNorm', options, CLIP_GRAD_NORM);
  checkFlag('clipGradNorm', 'errorIfNonfinite', errorIfNonfinite);
  checkLimit('clipGradNorm', 'maxNorm', maxNorm);
  if (normType !== 1 && normType !== 2 && normType !== Number.POSITIVE_INFINITY) {
    throw new RangeError(expected('clipGradNorm', 'normType', normType, '1, 2 or Infinity'));
  }
  const tensors = tensorsOf('clipGradNorm', grads);
  return tidy(() => {
    const total = totalNorm(tensors, normType);
    if (errorIfNonfinite) checkFinite(total);
    const reach = add(total, 1e-6);
    // The comparison fails for NaN, so that it stays; a minimum would hide it.
    const factor = where(lessEqual(reach, maxNorm), onesLike(reach), div(maxNorm, reach));
    return { grads: mapGradients(grads, (gradient) => mul(gradient, factor)), norm: total };
  });
}

/** The norm of the tensors' norms, as PyTorch combines them. */
function totalNorm(tensors: readonly Tensor[], normType: NormType): Scalar {
  const norms = tensors.filter(({ size }) => size > 0).map((x) => norm({ x }, { normType })[0]);
  if (norms.length === 0) return scalar(0);
  return reshape<Rank.R0>(norm({ x: stack(norms) }, { normType })[0], []);
}

function checkFinite(norm: Scalar): void {
  const [value = Number.NaN] = norm.dataSync();
  if (Number.isFinite(value)) return;
  throw new Error(
    `clipGradNorm: the norm of the gradients is ${value}. Look for the first loss that is not finite, or leave ` +
      'errorIfNonfinite out to scale by it all the same, as PyTorch does.',
  );
}

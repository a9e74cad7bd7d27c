import type { Tensor } from '@tensorflow/tfjs-core';
import { checkOptions, checkProbability, checkShape, type OptionNames } from '@trainkit/checks';
import { filledTensor } from '@trainkit/kernels';
import { freshTensor } from '@trainkit/kernels/capture';
import { checkGenerator, defaultGenerator, type Generator } from '@trainkit/random';

/** The options of {@link dropoutMask}. */
export interface DropoutMaskOptions {
  /** The source of the mask, default `defaultGenerator`, which `manualSeed` seeds. It advances. */
  generator?: Generator | undefined;
}

const MASK_OPTIONS: OptionNames<DropoutMaskOptions> = { generator: true };

/**
 * A dropout mask, the factor of the input: 0 with probability `p`, 1 / (1 − p) otherwise, for each
 * element.
 *
 * Use it for a mask that is applied more than once, or is broadcast: one mask for all time steps of
 * a sequence, `[N, 1, C]`, or one number for each channel, `[N, 1, 1, C]`. {@link dropout}
 * draws a mask in each call.
 *
 * Each element takes two draws of 32 bits; none if `p` is 0 or 1, as in PyTorch. The mask is a
 * constant for gradients.
 *
 * @param shape whole numbers from 0 on; `[]` for a scalar
 * @param p the probability of dropping, from 0 to 1
 *
 * @example
 * ```ts
 * import '@tensorflow/tfjs';
 * import { dropoutMask } from '@trainkit/dropout';
 * import { Generator } from '@trainkit/random';
 *
 * const mask = dropoutMask([2, 4], 0.5, { generator: new Generator(0) });
 * console.log(mask.dataSync().join(' ')); // → 0 0 2 0 0 0 2 2
 * ```
 */
export function dropoutMask(shape: readonly number[], p = 0.5, options: DropoutMaskOptions = {}): Tensor {
  const { generator = defaultGenerator } = checkOptions('dropoutMask', options, MASK_OPTIONS);
  checkShape('dropoutMask', 'shape', shape);
  checkDropped('dropoutMask', p);
  checkGenerator('dropoutMask', generator);
  // Each replay of a recorded step draws a new mask.
  return freshTensor(() => filledTensor(shape, (values) => fillMask(values, p, generator)), p, generator);
}

/** Throws unless `p` is the probability of dropping an element. */
export function checkDropped(where: string, p: unknown): void {
  checkProbability(where, 'p', p, 'It is the share of elements that are dropped: 10 % is 0.1.');
}

/** Writes a mask without an op, so that the ops that use it can be recorded. */
function fillMask(values: Float32Array, p: number, generator: Generator): void {
  if (p === 0 || p === 1) values.fill(1 - p);
  // PyTorch rounds 1 − p to float32 before it divides; 1 / (1 − p) in double precision differs for
  // p = 0.15.
  else if (values.length > 0) generator.fillBernoulli(values, 1 - p, Math.fround(1 / Math.fround(1 - p)));
}

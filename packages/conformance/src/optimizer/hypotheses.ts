import type { Hypothesis } from '../diagnosis/model.js';
import type { OptimizerKind } from './scenario.js';

/** Values of eps that other libraries use or that come from a slip. */
export const OTHER_EPS = [1e-3, 1e-4, 1e-5, 1e-6, 1e-7, 1e-9, 1e-10, 1e-12, 0];
/** Values of the betas that other libraries use or that come from a slip. */
export const OTHER_BETAS = [
  [0.9, 0.99],
  [0.9, 0.95],
  [0.9, 0.9],
  [0.99, 0.999],
  [0.95, 0.999],
  [0.5, 0.999],
  [0.999, 0.9],
] as const;
/** Learning rates that replace the caller's by mistake. */
export const OTHER_RATES = [1, 0.1, 0.01, 1e-3, 1e-4];
/** Factors by which weight decay may be off: a wrong derivative of λ · w² or of λ / 2 · w². */
export const DECAY_FACTORS = [0.5, 2];

/** The moments that contain a slip. */
type Moment = 'first' | 'second' | 'both';

/** A way to get an optimizer wrong. */
export type OptimizerFlag =
  | 'not-assigned'
  | 'only-first'
  | 'only-last'
  | 'l2'
  | 'l2-and-decoupled'
  | 'l2-in-update'
  | 'l2-for-first'
  | 'l2-for-second'
  | 'decoupled'
  | 'decay-without-rate'
  | 'decay-with-rate'
  | 'decay-rate-squared'
  | 'decay-of-rate-alone'
  | 'decay-after'
  | 'decay-complement'
  | 'decay-wrong-sign'
  | 'decay-ignored'
  | 'decay-constant'
  | 'decay-of-gradient'
  | 'decay-of-square'
  | 'decay-of-step'
  | 'decay-of-vectors'
  | 'decay-of-matrices'
  | `decay-times ${number}`
  | 'no-correction'
  | 'no-first'
  | 'no-second'
  | 'linear-correction'
  | 'linear-first'
  | 'linear-second'
  | 'xor-correction'
  | 'xor-first'
  | 'xor-second'
  | 'xor-of-beta'
  | 'xor-of-beta-first'
  | 'xor-of-beta-second'
  | 'power-reversed'
  | `power-of-complement ${Moment}`
  | `correction-multiplied ${Moment}`
  | `correction-stored ${Moment}`
  | `correction-complement ${Moment}`
  | `correction-plus ${Moment}`
  | `exponent-missing ${'first' | 'second'}`
  | 'corrections-swapped'
  | 'correction-of-beta1'
  | 'correction-of-beta2'
  | 'correction-outside-root'
  | 'eps-inside'
  | 'eps-before-correction'
  | 'eps-inside-before-correction'
  | 'eps-ignored'
  | 'eps-after-division'
  | 'eps-squared-inside'
  | 'eps-floor'
  | 'eps-minus'
  | 'step-from-zero'
  | 'step-from-two'
  | 'step-doubled'
  | `one-too-many ${'first' | 'second'}`
  | `one-too-few ${'first' | 'second'}`
  | 'step-stays'
  | 'step-of-all-calls'
  | 'step-of-all-updates'
  | 'betas-swapped'
  | 'betas-swapped-in-moments'
  | `complement ${Moment}`
  | 'beta1-for-both'
  | 'beta2-for-both'
  | 'second-linear'
  | 'second-absolute'
  | 'second-of-first'
  | 'second-of-product'
  | 'second-of-all'
  | 'first-for-old-second'
  | 'second-of-two'
  | 'first-summed'
  | 'second-summed'
  | 'both-summed'
  | `accumulated ${Moment}`
  | `never ${Moment}`
  | `forgotten ${'first' | 'second'}`
  | `from-one ${Moment}`
  | `from-gradient ${Moment}`
  | 'update-before-moments'
  | 'update-before-moments-later'
  | 'gradient-for-first'
  | 'gradient-for-first-corrected'
  | 'no-denominator'
  | 'denominator-multiplied'
  | 'inverted'
  | 'amsgrad'
  | 'nadam'
  | 'lion'
  | 'moments-swapped'
  | 'no-root'
  | 'forgotten'
  | 'forgotten-but-counted'
  | 'shared-state'
  | 'shared-moments'
  | 'by-position'
  | 'missing-as-zero'
  | 'missing-ends-step'
  | 'missing-throws'
  | 'wrong-sign'
  | 'reversed'
  | 'replaced'
  | 'replaced-by-step'
  | 'update-without-rate'
  | 'rate-squared'
  | `rate-over ${'root' | 'step'}`
  | `rates-over ${'root' | 'step'}`
  | 'twice'
  | 'momentum-ignored'
  | `options-swapped ${'rate-momentum' | 'rate-decay' | 'momentum-decay' | 'eps-decay'}`
  | 'momentum-complement'
  | 'momentum-complement-of-old'
  | 'momentum-missing'
  | 'momentum-of-sum'
  | 'momentum-twice'
  | 'gradient-again'
  | 'dampened'
  | 'dampened-later'
  | 'dampened-first'
  | 'nesterov'
  | 'rate-in-momentum'
  | 'rate-in-momentum-too'
  | 'rate-in-momentum-too-later'
  | 'rate-frozen'
  | `rate ${number}`
  | `default-eps ${number}`
  | `default-betas ${string}`;

type Hypotheses = readonly Hypothesis<OptimizerFlag>[];

/** Common slips. Of two that explain the same numbers, the first in this list is named first. */
const COMMON: Hypotheses = [
  { mistake: 'parameters-not-assigned', flag: 'not-assigned' },
  { mistake: 'decay-ignored', flag: 'decay-ignored' },
  { mistake: 'decay-wrong-sign', flag: 'decay-wrong-sign' },
  { mistake: 'l2-and-decoupled-decay', flag: 'l2-and-decoupled' },
  { mistake: 'decay-not-for-all', flag: 'decay-of-vectors' },
  { mistake: 'decay-not-for-all', flag: 'decay-of-matrices' },
  { mistake: 'decay-of-a-constant', flag: 'decay-constant' },
  { mistake: 'decay-of-square', flag: 'decay-of-square' },
  ...DECAY_FACTORS.map((by) => ({ mistake: 'decay-wrong-factor', flag: `decay-times ${by}` }) as const),
  { mistake: 'update-before-moments', flag: 'update-before-moments' },
  { mistake: 'state-shared', flag: 'shared-state' },
  { mistake: 'state-by-position', flag: 'by-position' },
  { mistake: 'missing-gradient-as-zero', flag: 'missing-as-zero' },
  { mistake: 'missing-gradient-ends-step', flag: 'missing-ends-step' },
  { mistake: 'missing-gradient-throws', flag: 'missing-throws' },
  { mistake: 'only-one-parameter', flag: 'only-first' },
  { mistake: 'only-one-parameter', flag: 'only-last' },
  { mistake: 'wrong-sign', flag: 'wrong-sign' },
  { mistake: 'subtraction-reversed', flag: 'reversed' },
  { mistake: 'old-weight-missing', flag: 'replaced' },
  { mistake: 'old-weight-missing', flag: 'replaced-by-step' },
  { mistake: 'step-taken-twice', flag: 'twice' },
  { mistake: 'learning-rate-twice', flag: 'rate-squared' },
  { mistake: 'learning-rate-ignored', flag: 'update-without-rate' },
  { mistake: 'learning-rate-fades', flag: 'rate-over root' },
  { mistake: 'learning-rate-fades', flag: 'rate-over step' },
  { mistake: 'learning-rate-fades', flag: 'rates-over root' },
  { mistake: 'learning-rate-fades', flag: 'rates-over step' },
  { mistake: 'options-swapped', flag: 'options-swapped rate-decay' },
  ...OTHER_RATES.map((rate) => ({ mistake: 'learning-rate-ignored', flag: `rate ${rate}` }) as const),
];

/** The same slip in the first, the second and both moments. */
function inMoments<K extends string>(
  mistake: Hypothesis<OptimizerFlag>['mistake'],
  slip: K,
): { mistake: Hypothesis<OptimizerFlag>['mistake']; flag: `${K} ${Moment}` }[] {
  return (['both', 'first', 'second'] as const).map(
    (moment) => ({ mistake, flag: `${slip} ${moment}` }) as const,
  );
}

const ADAM: Hypotheses = [
  ...COMMON,
  { mistake: 'no-bias-correction', flag: 'no-correction' },
  { mistake: 'no-first-bias-correction', flag: 'no-first' },
  { mistake: 'no-second-bias-correction', flag: 'no-second' },
  { mistake: 'epsilon-inside-root', flag: 'eps-inside' },
  { mistake: 'epsilon-inside-root', flag: 'eps-inside-before-correction' },
  { mistake: 'epsilon-inside-root', flag: 'eps-squared-inside' },
  { mistake: 'epsilon-before-bias-correction', flag: 'eps-before-correction' },
  { mistake: 'epsilon-ignored', flag: 'eps-ignored' },
  { mistake: 'epsilon-after-division', flag: 'eps-after-division' },
  { mistake: 'epsilon-as-floor', flag: 'eps-floor' },
  { mistake: 'epsilon-wrong-sign', flag: 'eps-minus' },
  { mistake: 'step-counted-from-zero', flag: 'step-from-zero' },
  { mistake: 'step-counted-from-two', flag: 'step-from-two' },
  { mistake: 'step-counted-twice', flag: 'step-doubled' },
  ...(['first', 'second'] as const).flatMap(
    (moment) =>
      [
        { mistake: 'step-counted-from-two', flag: `one-too-many ${moment}` },
        { mistake: 'step-counted-from-zero', flag: `one-too-few ${moment}` },
      ] as const,
  ),
  // For 1 − β, a missing exponent and an exponent that stays 1 give the same number.
  { mistake: 'exponent-missing', flag: 'step-stays' },
  { mistake: 'step-not-advanced', flag: 'step-stays' },
  { mistake: 'exponent-missing', flag: 'exponent-missing first' },
  { mistake: 'exponent-missing', flag: 'exponent-missing second' },
  { mistake: 'linear-bias-correction', flag: 'linear-correction' },
  { mistake: 'linear-bias-correction', flag: 'linear-first' },
  { mistake: 'linear-bias-correction', flag: 'linear-second' },
  { mistake: 'xor-instead-of-power', flag: 'xor-correction' },
  { mistake: 'xor-instead-of-power', flag: 'xor-first' },
  { mistake: 'xor-instead-of-power', flag: 'xor-second' },
  { mistake: 'xor-instead-of-power', flag: 'xor-of-beta' },
  { mistake: 'xor-instead-of-power', flag: 'xor-of-beta-first' },
  { mistake: 'xor-instead-of-power', flag: 'xor-of-beta-second' },
  { mistake: 'power-reversed', flag: 'power-reversed' },
  ...inMoments('bias-correction-of-complement', 'power-of-complement'),
  ...inMoments('bias-correction-multiplied', 'correction-multiplied'),
  ...inMoments('bias-correction-stored', 'correction-stored'),
  ...inMoments('bias-correction-without-one', 'correction-complement'),
  ...inMoments('bias-correction-plus', 'correction-plus'),
  { mistake: 'bias-corrections-swapped', flag: 'corrections-swapped' },
  { mistake: 'one-beta-for-both', flag: 'correction-of-beta1' },
  { mistake: 'one-beta-for-both', flag: 'correction-of-beta2' },
  { mistake: 'bias-correction-outside-root', flag: 'correction-outside-root' },
  { mistake: 'step-shared', flag: 'step-of-all-calls' },
  { mistake: 'step-shared', flag: 'step-of-all-updates' },
  { mistake: 'betas-swapped', flag: 'betas-swapped' },
  { mistake: 'betas-swapped', flag: 'betas-swapped-in-moments' },
  ...inMoments('complement-swapped', 'complement'),
  { mistake: 'one-beta-for-both', flag: 'beta1-for-both' },
  { mistake: 'one-beta-for-both', flag: 'beta2-for-both' },
  { mistake: 'second-moment-not-squared', flag: 'second-linear' },
  { mistake: 'second-moment-not-squared', flag: 'second-absolute' },
  { mistake: 'second-moment-not-squared', flag: 'second-of-first' },
  { mistake: 'second-moment-not-squared', flag: 'second-of-product' },
  { mistake: 'second-moment-of-all', flag: 'second-of-all' },
  { mistake: 'moments-mixed-up', flag: 'first-for-old-second' },
  // In JavaScript, g ^ 2 of a tensor is 2, whatever its elements.
  { mistake: 'xor-instead-of-power', flag: 'second-of-two' },
  { mistake: 'moments-not-averaged', flag: 'first-summed' },
  { mistake: 'moments-not-averaged', flag: 'second-summed' },
  { mistake: 'moments-not-averaged', flag: 'both-summed' },
  ...inMoments('moments-not-decayed', 'accumulated'),
  ...inMoments('moments-not-assigned', 'never'),
  { mistake: 'state-forgotten', flag: 'forgotten' },
  { mistake: 'state-forgotten', flag: 'forgotten-but-counted' },
  { mistake: 'state-forgotten', flag: 'forgotten first' },
  { mistake: 'state-forgotten', flag: 'forgotten second' },
  ...inMoments('moments-not-from-zero', 'from-one'),
  ...inMoments('moments-not-from-zero', 'from-gradient'),
  { mistake: 'no-root', flag: 'no-root' },
  { mistake: 'first-moment-unused', flag: 'gradient-for-first' },
  { mistake: 'first-moment-unused', flag: 'gradient-for-first-corrected' },
  { mistake: 'second-moment-unused', flag: 'no-denominator' },
  { mistake: 'division-reversed', flag: 'denominator-multiplied' },
  { mistake: 'division-reversed', flag: 'inverted' },
  { mistake: 'moments-swapped', flag: 'moments-swapped' },
  { mistake: 'variant-of-adam', flag: 'amsgrad' },
  { mistake: 'variant-of-adam', flag: 'nadam' },
  { mistake: 'variant-of-adam', flag: 'lion' },
  { mistake: 'options-swapped', flag: 'options-swapped eps-decay' },
  { mistake: 'state-shared', flag: 'shared-moments' },
  ...OTHER_EPS.map((eps) => ({ mistake: 'different-default-eps', flag: `default-eps ${eps}` }) as const),
  ...OTHER_BETAS.map(
    (betas) => ({ mistake: 'different-default-betas', flag: `default-betas ${betas}` }) as const,
  ),
];

/** Every slip of an optimizer of the given kind, and the mistake that it makes. */
export const OPTIMIZER_HYPOTHESES: Readonly<Record<OptimizerKind, Hypotheses>> = {
  AdamW: [
    { mistake: 'l2-instead-of-decoupled-decay', flag: 'l2' },
    { mistake: 'decay-without-rate', flag: 'decay-without-rate' },
    { mistake: 'decay-after-update', flag: 'decay-after' },
    { mistake: 'decay-inside-quotient', flag: 'l2-in-update' },
    { mistake: 'decay-rate-twice', flag: 'decay-rate-squared' },
    { mistake: 'decay-without-one', flag: 'decay-complement' },
    { mistake: 'decay-of-rate-alone', flag: 'decay-of-rate-alone' },
    { mistake: 'decay-of-gradient', flag: 'decay-of-gradient' },
    { mistake: 'decay-of-gradient', flag: 'decay-of-step' },
    ...ADAM,
  ],
  Adam: [
    { mistake: 'decoupled-instead-of-l2-decay', flag: 'decoupled' },
    { mistake: 'decay-inside-quotient', flag: 'l2-in-update' },
    { mistake: 'decay-for-one-moment', flag: 'l2-for-first' },
    { mistake: 'decay-for-one-moment', flag: 'l2-for-second' },
    { mistake: 'decay-rate-twice', flag: 'decay-with-rate' },
    ...ADAM,
  ],
  SGD: [
    { mistake: 'momentum-ignored', flag: 'momentum-ignored' },
    { mistake: 'dampened-momentum', flag: 'dampened' },
    { mistake: 'dampened-momentum', flag: 'dampened-later' },
    { mistake: 'dampened-momentum', flag: 'dampened-first' },
    { mistake: 'decay-of-gradient', flag: 'decay-of-gradient' },
    { mistake: 'complement-swapped', flag: 'momentum-complement' },
    { mistake: 'complement-swapped', flag: 'momentum-complement-of-old' },
    { mistake: 'update-before-moments', flag: 'update-before-moments-later' },
    { mistake: 'moments-not-decayed', flag: 'momentum-missing' },
    { mistake: 'decoupled-instead-of-l2-decay', flag: 'decoupled' },
    { mistake: 'decay-rate-twice', flag: 'decay-with-rate' },
    { mistake: 'decay-without-rate', flag: 'decay-without-rate' },
    { mistake: 'options-swapped', flag: 'options-swapped rate-momentum' },
    { mistake: 'options-swapped', flag: 'options-swapped momentum-decay' },
    { mistake: 'nesterov-momentum', flag: 'nesterov' },
    { mistake: 'learning-rate-in-momentum', flag: 'rate-in-momentum' },
    { mistake: 'learning-rate-twice', flag: 'rate-in-momentum-too' },
    { mistake: 'learning-rate-twice', flag: 'rate-in-momentum-too-later' },
    { mistake: 'learning-rate-frozen', flag: 'rate-frozen' },
    { mistake: 'momentum-of-gradient', flag: 'momentum-of-sum' },
    { mistake: 'momentum-twice', flag: 'momentum-twice' },
    { mistake: 'gradient-added-again', flag: 'gradient-again' },
    ...COMMON,
  ],
};

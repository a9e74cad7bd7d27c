import type { Hypothesis } from '../diagnosis/diagnose.js';
import type { OptimizerKind } from './scenario.js';

/** Defaults of other libraries and of slips. */
export const OTHER_EPS = [1e-3, 1e-4, 1e-5, 1e-6, 1e-7, 1e-9, 1e-10, 1e-12, 0];
/** As {@link OTHER_EPS}, for the betas. */
export const OTHER_BETAS = [
  [0.9, 0.99],
  [0.9, 0.95],
  [0.9, 0.9],
  [0.99, 0.999],
  [0.95, 0.999],
  [0.5, 0.999],
  [0.999, 0.9],
] as const;
/** What a learning rate may be that is not the caller's. */
export const OTHER_RATES = [1, 0.1, 0.01, 1e-3, 1e-4];

/** A way to get an optimizer wrong. */
export type OptimizerFlag =
  | 'l2'
  | 'decoupled'
  | 'decay-without-rate'
  | 'decay-after'
  | 'decay-wrong-sign'
  | 'decay-ignored'
  | 'decay-of-vectors'
  | 'decay-of-matrices'
  | 'no-correction'
  | 'no-first'
  | 'no-second'
  | 'linear-correction'
  | 'linear-first'
  | 'linear-second'
  | 'xor-correction'
  | 'eps-inside'
  | 'eps-before-correction'
  | 'eps-ignored'
  | 'step-from-zero'
  | 'step-stays'
  | 'step-of-all-calls'
  | 'step-of-all-updates'
  | 'betas-swapped'
  | 'second-linear'
  | 'second-absolute'
  | 'first-summed'
  | 'second-summed'
  | 'both-summed'
  | 'no-root'
  | 'forgotten'
  | 'forgotten-but-counted'
  | 'shared-state'
  | 'shared-moments'
  | 'by-position'
  | 'missing-as-zero'
  | 'wrong-sign'
  | 'update-without-rate'
  | 'momentum-ignored'
  | 'dampened'
  | 'dampened-later'
  | 'nesterov'
  | 'rate-in-momentum'
  | 'rate-frozen'
  | `rate ${number}`
  | `default-eps ${number}`
  | `default-betas ${string}`;

type Hypotheses = readonly Hypothesis<OptimizerFlag>[];

const COMMON: Hypotheses = [
  { mistake: 'decay-wrong-sign', flag: 'decay-wrong-sign' },
  { mistake: 'decay-ignored', flag: 'decay-ignored' },
  { mistake: 'decay-not-for-all', flag: 'decay-of-vectors' },
  { mistake: 'decay-not-for-all', flag: 'decay-of-matrices' },
  { mistake: 'state-shared', flag: 'shared-state' },
  { mistake: 'state-by-position', flag: 'by-position' },
  { mistake: 'missing-gradient-as-zero', flag: 'missing-as-zero' },
  { mistake: 'wrong-sign', flag: 'wrong-sign' },
  { mistake: 'learning-rate-ignored', flag: 'update-without-rate' },
  ...OTHER_RATES.map((rate) => ({ mistake: 'learning-rate-ignored', flag: `rate ${rate}` }) as const),
];

const ADAM: Hypotheses = [
  ...COMMON,
  { mistake: 'no-bias-correction', flag: 'no-correction' },
  { mistake: 'no-first-bias-correction', flag: 'no-first' },
  { mistake: 'no-second-bias-correction', flag: 'no-second' },
  { mistake: 'linear-bias-correction', flag: 'linear-correction' },
  { mistake: 'linear-bias-correction', flag: 'linear-first' },
  { mistake: 'linear-bias-correction', flag: 'linear-second' },
  { mistake: 'xor-instead-of-power', flag: 'xor-correction' },
  { mistake: 'epsilon-inside-root', flag: 'eps-inside' },
  { mistake: 'epsilon-before-bias-correction', flag: 'eps-before-correction' },
  { mistake: 'epsilon-ignored', flag: 'eps-ignored' },
  { mistake: 'step-counted-from-zero', flag: 'step-from-zero' },
  { mistake: 'step-not-advanced', flag: 'step-stays' },
  { mistake: 'step-shared', flag: 'step-of-all-calls' },
  { mistake: 'step-shared', flag: 'step-of-all-updates' },
  { mistake: 'betas-swapped', flag: 'betas-swapped' },
  { mistake: 'second-moment-not-squared', flag: 'second-linear' },
  { mistake: 'second-moment-not-squared', flag: 'second-absolute' },
  { mistake: 'moments-not-averaged', flag: 'first-summed' },
  { mistake: 'moments-not-averaged', flag: 'second-summed' },
  { mistake: 'moments-not-averaged', flag: 'both-summed' },
  { mistake: 'no-root', flag: 'no-root' },
  { mistake: 'state-forgotten', flag: 'forgotten' },
  { mistake: 'state-forgotten', flag: 'forgotten-but-counted' },
  { mistake: 'state-shared', flag: 'shared-moments' },
  ...OTHER_EPS.map((eps) => ({ mistake: 'different-default-eps', flag: `default-eps ${eps}` }) as const),
  ...OTHER_BETAS.map(
    (betas) => ({ mistake: 'different-default-betas', flag: `default-betas ${betas}` }) as const,
  ),
];

/** Every way to get an optimizer of that kind wrong, and what it is called. */
export const OPTIMIZER_HYPOTHESES: Readonly<Record<OptimizerKind, Hypotheses>> = {
  AdamW: [
    ...ADAM,
    { mistake: 'l2-instead-of-decoupled-decay', flag: 'l2' },
    { mistake: 'decay-without-rate', flag: 'decay-without-rate' },
    { mistake: 'decay-after-update', flag: 'decay-after' },
  ],
  Adam: [...ADAM, { mistake: 'decoupled-instead-of-l2-decay', flag: 'decoupled' }],
  SGD: [
    ...COMMON,
    { mistake: 'decoupled-instead-of-l2-decay', flag: 'decoupled' },
    { mistake: 'momentum-ignored', flag: 'momentum-ignored' },
    { mistake: 'dampened-momentum', flag: 'dampened' },
    { mistake: 'dampened-momentum', flag: 'dampened-later' },
    { mistake: 'nesterov-momentum', flag: 'nesterov' },
    { mistake: 'learning-rate-in-momentum', flag: 'rate-in-momentum' },
    { mistake: 'learning-rate-frozen', flag: 'rate-frozen' },
  ],
};

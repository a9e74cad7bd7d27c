/** What is known of a mistake. */
export interface MistakeInfo {
  /** What is wrong, in one sentence. */
  readonly what: string;
  /** Where to look, and what to write instead. */
  readonly look: string;
}

const CATALOGUE = {
  // Normalization
  'biased-running-variance': {
    what: 'The running variance is fed the biased variance (divided by N).',
    look: 'Look where the running variance is updated: it takes the unbiased variance, var · N / (N − 1). Only the batch itself is normalized with the biased one.',
  },
  'unbiased-batch-variance': {
    what: 'The input is normalized with the unbiased variance (divided by N − 1).',
    look: 'Look at the variance that the input is divided by: the mean of the squared deviations, divided by N, as tf.moments has it.',
  },
  'running-statistics-in-training': {
    what: 'Training normalizes with the running statistics.',
    look: 'Look at the training branch of forward: it takes the mean and variance of this batch; the running ones are for evaluation.',
  },
  'batch-statistics-in-evaluation': {
    what: 'Evaluation normalizes with the statistics of the batch.',
    look: 'Look at the evaluation branch of forward, and whether it is reached at all: it takes runningMean and runningVar.',
  },
  'epsilon-outside-root': {
    what: 'Epsilon is added to the standard deviation, outside of the root.',
    look: 'Look at the denominator: √(var + eps), not √var + eps.',
  },
  'epsilon-ignored': {
    what: 'Epsilon is not used.',
    look: 'Look at the denominator and at the constructor: the option eps belongs in it, and an eps of the caller in place of the default.',
  },
  'variance-without-root': {
    what: 'The input is divided by the variance, not by the standard deviation.',
    look: 'Look at the denominator: a root is missing, √(var + eps).',
  },
  'mean-not-subtracted': {
    what: 'The mean is not subtracted from the input.',
    look: 'Look at the numerator: x − mean.',
  },
  'momentum-reversed': {
    what: 'Momentum is the weight of the old value; in PyTorch it is the weight of the new one.',
    look: 'Look where the running statistics are updated: (1 − momentum) · running + momentum · batch. TensorFlow.js and Keras have it the other way round.',
  },
  'statistics-updated-in-evaluation': {
    what: 'The running statistics change in evaluation.',
    look: 'Look at the evaluation branch of forward: the update belongs into the training branch alone.',
  },
  'statistics-not-updated': {
    what: 'The running statistics are not updated in training.',
    look: 'Look at the training branch of forward: does it call the update, and does the update assign to runningMean and runningVar?',
  },
  'running-standard-deviation': {
    what: 'runningVar holds standard deviations.',
    look: 'Look where the running variance is updated, and where evaluation uses it: it is fed the variance, and the root is taken when normalizing.',
  },
  'affine-ignored': {
    what: 'Weight and bias are not both applied.',
    look: 'Look at the end of forward, in training and in evaluation: y · weight + bias, elementwise.',
  },
  'affine-always-on': {
    what: 'Weight and bias are there although they were switched off.',
    look: 'Look at the constructor: with affine (elementwiseAffine) false, weight and bias are null.',
  },
  'wrong-axis': {
    what: 'Mean and variance are taken over the wrong axis.',
    look: 'Look at the axis of the mean: BatchNorm averages over the batch (axis 0), one number for each feature; LayerNorm over the features (the last axes), one number for each row.',
  },
  'last-axis-only': {
    what: 'Only the last axis is normalized where normalizedShape has more.',
    look: 'Look at the axes of the mean: as many as normalizedShape has entries, counted from the end.',
  },
  'detached-statistics': {
    what: 'The gradient takes mean or variance for constants.',
    look: 'Look at how mean and variance are computed: with tensor operations all the way, without dataSync, arraySync or a gradient of your own that leaves them out.',
  },
  'no-gradient': {
    what: 'The output cannot be differentiated.',
    look: 'Look for what leaves the tape: dataSync, arraySync, tf.tensor(…) of numbers. Compute with tensor operations, or give tf.customGrad a gradient.',
  },
  'different-default-eps': {
    what: 'The default of eps differs from PyTorch’s.',
    look: 'Look at the constructor: eps = 1e-5 for normalization, 1e-8 for Adam and AdamW.',
  },
  'different-default-momentum': {
    what: 'The default of momentum is not 0.1.',
    look: 'Look at the constructor. The 0.99 of TensorFlow.js and Keras is the weight of the old value and not PyTorch’s default either way.',
  },
  // Dropout
  'no-scaling': {
    what: 'What is kept is not scaled.',
    look: 'Look at the training branch: inverted dropout divides what it keeps by 1 − p.',
  },
  'scaling-in-evaluation': {
    what: 'The input is scaled in evaluation, as in the original (vanilla) dropout.',
    look: 'Look at the evaluation branch: it returns x as it is. The scaling by 1 / (1 − p) belongs into training.',
  },
  'mask-in-evaluation': {
    what: 'Elements are dropped in evaluation.',
    look: 'Look at whether forward asks for training at all: in evaluation it returns x as it is.',
  },
  'no-mask-in-training': {
    what: 'Nothing is dropped in training.',
    look: 'Look at the training branch of forward: is it reached, and is the mask multiplied in?',
  },
  'one-mask-for-ever': {
    what: 'Each call drops the same elements.',
    look: 'Look at where the mask is drawn: in forward, at each call, and without a fixed seed (TensorFlow.js’ seeded dropout repeats one mask).',
  },
  'same-masks-in-each-layer': {
    what: 'Two layers draw the same masks.',
    look: 'Look for a fixed seed in the constructor: every layer starts over with it.',
  },
  'p-as-keep-probability': {
    what: 'p is used as the probability of keeping.',
    look: 'Look at the comparison that makes the mask: p is the probability of dropping, so an element stays where a uniform number is at least p.',
  },
  'wrong-drop-rate': {
    what: 'The share of dropped elements is neither p nor 1 − p.',
    look: 'Look at the comparison that makes the mask: a uniform number from [0, 1) against p.',
  },
  'wrong-scale': {
    what: 'What is kept is scaled by the wrong factor.',
    look: 'Look at the factor: 1 / (1 − p), the inverse of the probability of keeping.',
  },
  'mask-not-elementwise': {
    what: 'Whole rows or columns are dropped together.',
    look: 'Look at the shape of the random numbers: that of x, one for each element.',
  },
  'p-one-gives-nan': {
    what: 'p = 1 does not give zeros.',
    look: 'Look at the division by 1 − p, which is 0 here: return zeros where p is 1.',
  },
  'p-zero-not-identity': {
    what: 'p = 0 does not return the input.',
    look: 'Look at how p is tested: 0 is a value, not a missing one (p || 0.5), and nothing is dropped.',
  },
  'gradient-with-another-mask': {
    what: 'The gradient passes where the output was dropped, or the other way round.',
    look: 'Look at the gradient: it is multiplied by the mask and the factor of the same forward pass.',
  },
  // Optimizers
  'l2-instead-of-decoupled-decay': {
    what: 'Weight decay is added to the gradient (L2, as in Adam), not decoupled.',
    look: 'Look at where weightDecay is used: AdamW leaves the gradient alone and multiplies the weight by 1 − learningRate · weightDecay.',
  },
  'decoupled-instead-of-l2-decay': {
    what: 'Weight decay is decoupled, as in AdamW, not added to the gradient.',
    look: 'Look at where weightDecay is used: here the gradient becomes g + weightDecay · w before the moments see it.',
  },
  'decay-without-rate': {
    what: 'Weight decay is not multiplied by the learning rate.',
    look: 'Look at the decay: w · (1 − learningRate · weightDecay).',
  },
  'decay-after-update': {
    what: 'Weight decay is applied to the weight that has been updated already.',
    look: 'Look at the order: first w · (1 − learningRate · weightDecay), then the step of Adam.',
  },
  'decay-wrong-sign': {
    what: 'Weight decay makes the weights grow.',
    look: 'Look at the sign of the decay: 1 − learningRate · weightDecay, or for L2 the gradient g + weightDecay · w.',
  },
  'decay-ignored': {
    what: 'Weight decay has no effect.',
    look: 'Look at whether weightDecay is read from the options and used in the step.',
  },
  'decay-not-for-all': {
    what: 'Weight decay leaves some parameters out, vectors or matrices.',
    look: 'Look for a condition on the shape or the name of a parameter: every parameter of the optimizer decays; who wants to spare biases gives them a group of their own.',
  },
  'no-bias-correction': {
    what: 'Neither moment is corrected for its start at zero.',
    look: 'Look between moments and update: m / (1 − β1^t) and v / (1 − β2^t).',
  },
  'no-first-bias-correction': {
    what: 'The first moment is not corrected for its start at zero.',
    look: 'Look between moments and update: m / (1 − β1^t).',
  },
  'no-second-bias-correction': {
    what: 'The second moment is not corrected for its start at zero.',
    look: 'Look between moments and update: v / (1 − β2^t).',
  },
  'linear-bias-correction': {
    what: 'The bias correction multiplies β by the step: 1 − β · t, not 1 − β^t.',
    look: 'Look between moments and update: a power is written 1 - beta1 ** t.',
  },
  'xor-instead-of-power': {
    what: 'The bias correction takes ^ for a power; in JavaScript it combines bits.',
    look: 'Look between moments and update: a power is written 1 - beta1 ** t.',
  },
  'epsilon-inside-root': {
    what: 'Epsilon is added inside of the root.',
    look: 'Look at the denominator: √v̂ + eps, not √(v̂ + eps).',
  },
  'epsilon-before-bias-correction': {
    what: 'Epsilon is added before the bias correction (the paper’s “epsilon hat”).',
    look: 'Look at the denominator: √(v / (1 − β2^t)) + eps; the correction comes first.',
  },
  'step-counted-from-zero': {
    what: 'The step is counted from 0, so that the bias correction divides by 0 (or lags by one).',
    look: 'Look at where the step is incremented: before it is used; the first step is t = 1.',
  },
  'betas-swapped': {
    what: 'The two betas are exchanged.',
    look: 'Look at the moments: betas[0] is for the gradient, betas[1] for its square.',
  },
  'second-moment-not-squared': {
    what: 'The second moment averages something else than the squared gradient.',
    look: 'Look at the second moment: β2 · v + (1 − β2) · g².',
  },
  'moments-not-averaged': {
    what: 'A factor 1 − β is missing: the moment is a sum, not an average.',
    look: 'Look at the moments: β1 · m + (1 − β1) · g and β2 · v + (1 − β2) · g².',
  },
  'step-not-advanced': {
    what: 'The step stays 1, so that the bias correction never fades.',
    look: 'Look at where the step is incremented, and whether it is written back to the state.',
  },
  'missing-gradient-as-zero': {
    what: 'A parameter without a gradient is updated as if the gradient were 0.',
    look: 'Look at the loop: a parameter that has no gradient in a step is left alone, its state and its count too.',
  },
  'different-default-betas': {
    what: 'The defaults of betas are not [0.9, 0.999].',
    look: 'Look at the constructor: betas = [0.9, 0.999].',
  },
  'no-root': {
    what: 'The update divides by the second moment, not by its root.',
    look: 'Look at the denominator: √v̂ + eps.',
  },
  'state-forgotten': {
    what: 'Moments or momentum start anew at each step.',
    look: 'Look at where the state is created: once for each parameter, and kept from step to step.',
  },
  'state-shared': {
    what: 'All parameters share one state.',
    look: 'Look at where the state is kept: one for each parameter, for instance in a Map from the variable.',
  },
  'state-by-position': {
    what: 'The state is matched to the parameters by the position of the gradient.',
    look: 'Look at how the state is found: by the variable (or its name), so that a gradient that is missing or comes in another order does no harm.',
  },
  'step-shared': {
    what: 'The step is counted once for each parameter that is updated, or once for all where a gradient was missing.',
    look: 'Look at where the step is incremented: each parameter has a count of its own, of the steps in which it had a gradient.',
  },
  'wrong-sign': {
    what: 'The update goes up the gradient.',
    look: 'Look at the sign of the update: w − learningRate · …',
  },
  'learning-rate-ignored': {
    what: 'The learning rate has no effect on the update.',
    look: 'Look at the update, and at the constructor: the option learningRate in place of a constant.',
  },
  'learning-rate-frozen': {
    what: 'A learning rate that is set later has no effect.',
    look: 'Look for a copy of the rate that the constructor makes: read it at each step. tf.train.momentum has one.',
  },
  'momentum-ignored': {
    what: 'Momentum has no effect.',
    look: 'Look at whether momentum is read from the options, and the buffer used in the update.',
  },
  'dampened-momentum': {
    what: 'The gradient enters the momentum buffer multiplied by 1 − momentum.',
    look: 'Look at the buffer: v = momentum · v + g. PyTorch’s dampening is 0 unless asked for.',
  },
  'nesterov-momentum': {
    what: 'The update is Nesterov’s, g + momentum · v.',
    look: 'Look at the update: it is v itself unless nesterov is asked for.',
  },
  'learning-rate-in-momentum': {
    what: 'The momentum buffer holds steps (gradients times the learning rate), not gradients.',
    look: 'Look at the buffer: v = momentum · v + g, and w − learningRate · v, so that a changed rate acts at once on all of v.',
  },
  // Xavier
  'transposed-weights': {
    what: 'The weights have the shape [fanOut, fanIn].',
    look: 'Look at the shape that is drawn: [fanIn, fanOut], so that a layer computes x · weight. PyTorch’s nn.Linear keeps them the other way round.',
  },
  'fan-in-only': {
    what: 'The variance is 1 / fanIn: fanOut is left out.',
    look: 'Look at the variance: 2 / (fanIn + fanOut).',
  },
  'fan-out-only': {
    what: 'The variance is 1 / fanOut: fanIn is left out.',
    look: 'Look at the variance: 2 / (fanIn + fanOut).',
  },
  'kaiming-variance': {
    what: 'The variance is 2 / fanIn, as for Kaiming (He).',
    look: 'Look at the variance: 2 / (fanIn + fanOut).',
  },
  'standard-deviation-as-bound': {
    what: 'The bound of the uniform distribution is the standard deviation √(2 / (fanIn + fanOut)).',
    look: 'Look at the bound: √(6 / (fanIn + fanOut)), since U(−a, a) has the variance a² / 3.',
  },
  'variance-as-standard-deviation': {
    what: 'The variance is used as the standard deviation.',
    look: 'Look at what the normal distribution is given: it takes the standard deviation, √(2 / (fanIn + fanOut)).',
  },
  'not-centered': {
    what: 'The weights have a mean other than 0.',
    look: 'Look at how [0, 1) is stretched: (2 · u − 1) · bound.',
  },
  'truncated-without-correction': {
    what: 'The normal distribution is truncated at two standard deviations, which leaves 0.77 of the variance.',
    look: 'Look at the distribution: tf.randomNormal, not tf.truncatedNormal or tf.initializers.glorotNormal.',
  },
  'size-ignored': {
    what: 'The variance does not depend on the size of the layer.',
    look: 'Look at the scale: √(2 / (fanIn + fanOut)) or, for the bound of a uniform distribution, √(6 / (fanIn + fanOut)).',
  },
  'constant-weights': {
    what: 'All weights are equal.',
    look: 'Look at where the random numbers are drawn: one for each weight.',
  },
  'same-weights-each-time': {
    what: 'Each call gives the same weights.',
    look: 'Look for a fixed seed: two layers of one shape must start differently.',
  },
} as const satisfies Record<string, MistakeInfo>;

/** The name of a mistake that the checks recognize. */
export type MistakeName = keyof typeof CATALOGUE;

/**
 * Every mistake that the checks recognize by name: what is wrong, and where to look.
 *
 * @example
 * ```ts
 * import { mistakes } from '@trainkit/conformance';
 *
 * console.log(mistakes['momentum-reversed'].what); // → Momentum is the weight of the old value; in PyTorch it is the weight of the new one.
 * ```
 */
export const mistakes: Readonly<Record<MistakeName, MistakeInfo>> = CATALOGUE;

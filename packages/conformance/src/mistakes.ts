/** The description of a mistake. */
export interface MistakeInfo {
  /** The mistake, in one sentence. */
  readonly what: string;
  /** The line of code to look at, and the code to write instead. */
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
    look: 'Look at the training branch of forward: does it call the update, and does the update assign, runningMean.assign(…)? runningMean = … changes a variable of the function alone.',
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
  'keep-dims-missing': {
    what: 'Mean and variance lack keepDims, so that they are subtracted along the wrong axis.',
    look: 'Look at tf.moments (or tf.mean): without keepDims the averaged axis is gone, and TensorFlow.js matches what is left with the last axis of x. Write tf.moments(x, axes, true), or tf.expandDims.',
  },
  'keep-dims-in-statistics': {
    what: 'The batch statistics keep the averaged axis, [1, C], and do not fit the running ones, [C].',
    look: 'Look at the update of runningMean and runningVar: take tf.moments without keepDims (or tf.squeeze) for what is assigned.',
  },
  'deviation-multiplied': {
    what: 'The input is multiplied by the standard deviation, not divided by it.',
    look: 'Look at the last step of the normalization: tf.div(x − mean, √(var + eps)), or tf.mul with tf.rsqrt(var + eps).',
  },
  'subtraction-reversed': {
    what: 'The two arguments of a subtraction are swapped.',
    look: 'Look at tf.sub: tf.sub(x, mean) is x − mean; for an optimizer tf.sub(weight, step) is weight − step.',
  },
  'variance-not-centered': {
    what: 'The variance is the mean of x², without the mean subtracted.',
    look: 'Look at the variance: the mean of (x − mean)², or E[x²] − (E[x])² with the mean squared.',
  },
  'mean-not-squared': {
    what: 'The variance is E[x²] − E[x]: the mean is not squared.',
    look: 'Look at the variance: the mean of (x − mean)², or E[x²] − (E[x])².',
  },
  'deviation-not-squared': {
    what: 'The variance averages |x − mean|, not its square.',
    look: 'Look at the variance: the mean of (x − mean)².',
  },
  'root-twice': {
    what: 'The root is taken twice.',
    look: 'Look at the denominator: one root, √(var + eps).',
  },
  'epsilon-as-floor': {
    what: 'Epsilon is a lower bound, not added.',
    look: 'Look at the denominator: √(var + eps) of a norm and √v̂ + eps of Adam, without tf.maximum.',
  },
  'epsilon-after-division': {
    what: 'Epsilon is added after the division.',
    look: 'Look at the brackets: eps belongs in the denominator, (x − mean) / √(var + eps), and for Adam m̂ / (√v̂ + eps).',
  },
  'epsilon-hard-coded': {
    what: 'A fixed epsilon is used, whatever the option eps says.',
    look: 'Look at the denominator and at the constructor: √(var + this.eps), with the eps of the caller.',
  },
  'brackets-missing': {
    what: 'Only the mean is divided by the standard deviation, since brackets are missing.',
    look: 'Look at the normalization: tf.div(tf.sub(x, mean), √(var + eps)), not x − mean / √(var + eps).',
  },
  'weight-plus-one': {
    what: 'The weight is applied as 1 + weight.',
    look: 'Look at the last line: normalized · weight + bias; the weight starts at 1.',
  },
  'epsilon-wrong-sign': {
    what: 'Epsilon is subtracted.',
    look: 'Look at the denominator: √(var + eps) of a norm, √v̂ + eps of Adam.',
  },
  'epsilon-squared': {
    what: 'Epsilon is squared.',
    look: 'Look at the denominator: √(var + eps).',
  },
  'mean-and-variance-swapped': {
    what: 'Mean and variance are exchanged.',
    look: 'Look at the order of the two wherever they are handed over: the update takes (mean, variance), and tf.moments returns an object, { mean, variance }.',
  },
  'mixed-statistics': {
    what: 'Mean and variance come from different sources: one from the batch, the other from the running statistics.',
    look: 'Look at both branches of forward: training takes both from the batch, evaluation both from runningMean and runningVar.',
  },
  'training-and-evaluation-swapped': {
    what: 'Training does what belongs to evaluation, and the other way round.',
    look: 'Look at the condition that asks for training: is there a ! too many or too few?',
  },
  'statistics-updated-twice': {
    what: 'The running statistics are updated twice in one call.',
    look: 'Look for a second update: forward and a helper that it calls may both do it.',
  },
  'statistics-summed': {
    what: 'The running statistics keep all of the old value: a factor 1 − momentum is missing.',
    look: 'Look where the running statistics are updated: (1 − momentum) · running + momentum · batch.',
  },
  'momentum-hard-coded': {
    what: 'A fixed momentum is used, whatever the option momentum says.',
    look: 'Look where the running statistics are updated, and at the constructor: this.momentum, with that of the caller.',
  },
  'old-statistics-missing': {
    what: 'The running statistics are momentum · batch alone: their old value is left out.',
    look: 'Look where the running statistics are updated: (1 − momentum) · running + momentum · batch.',
  },
  'new-statistics-missing': {
    what: 'The running statistics only shrink: the statistics of the batch are left out.',
    look: 'Look where the running statistics are updated: (1 − momentum) · running + momentum · batch.',
  },
  'sum-instead-of-mean': {
    what: 'A sum stands where a mean belongs.',
    look: 'Look at mean and variance: tf.mean, or tf.sum divided by the count; the variance is the mean of the squared deviations.',
  },
  'normalization-missing': {
    what: 'The input is not normalized.',
    look: 'Look at what forward returns: (x − mean) / √(var + eps), times weight plus bias, and not x.',
  },
  'division-missing': {
    what: 'The mean is subtracted, and nothing is divided by √(var + eps).',
    look: 'Look at the quotient: tf.div(tf.sub(x, mean), tf.sqrt(tf.add(variance, eps))).',
  },
  'square-instead-of-root': {
    what: 'The variance is squared where its root belongs.',
    look: 'Look at the denominator: tf.sqrt(tf.add(variance, eps)).',
  },
  'normalized-twice': {
    what: 'The input is normalized twice.',
    look: 'Look for a second call of what normalizes, or a second quotient.',
  },
  'input-added': {
    what: 'The input is added to the output.',
    look: 'Look at what forward returns: the residual connection of a transformer stands outside of its norm.',
  },
  'variance-reversed': {
    what: 'The variance is (E[x])² − E[x²], which is negative.',
    look: 'Look at the variance: E[x²] − (E[x])², or the mean of (x − mean)².',
  },
  'momentum-missing': {
    what: 'The batch enters the running statistics whole: the factor momentum is missing.',
    look: 'Look where the running statistics are updated: (1 − momentum) · running + momentum · batch.',
  },
  'statistics-replaced': {
    what: 'The running statistics are replaced by those of the batch, not averaged.',
    look: 'Look where the running statistics are updated: (1 − momentum) · running + momentum · batch.',
  },
  'wrong-count': {
    what: 'The unbiased variance is made with the wrong factor.',
    look: 'Look at the factor N / (N − 1): N is the number of rows, x.shape[0], N stands above, and the factor is applied once.',
  },
  'unbiased-variance-in-evaluation': {
    what: 'The factor N / (N − 1) is applied in evaluation; it belongs into the update alone.',
    look: 'Look where the running variance is updated: it takes the unbiased variance there, and evaluation uses runningVar as it is.',
  },
  'epsilon-in-running-variance': {
    what: 'Epsilon is stored in the running variance.',
    look: 'Look where the running variance is updated: it takes the variance itself; eps is added when normalizing.',
  },
  'statistics-of-the-output': {
    what: 'The running statistics are those of the normalized output.',
    look: 'Look at the order in training: the statistics are those of the input, before x is overwritten.',
  },
  'affine-twice': {
    what: 'Weight and bias are applied twice.',
    look: 'Look for a second y · weight + bias: forward and a helper that it calls may both do it.',
  },
  'affine-swapped': {
    what: 'Weight and bias are exchanged.',
    look: 'Look at the end of forward: y · weight + bias.',
  },
  'bias-before-weight': {
    what: 'The bias is added before the weight is multiplied.',
    look: 'Look at the end of forward: (y · weight) + bias, not (y + bias) · weight.',
  },
  'affine-before-normalization': {
    what: 'The weight, or weight and bias, are applied to the input, before it is normalized.',
    look: 'Look at the order in forward: first normalize, then y · weight + bias.',
  },
  'affine-required': {
    what: 'Without weight and bias (affine or elementwiseAffine false) the code throws.',
    look: 'Look at the end of forward: weight and bias are null there; multiply and add only where they are not.',
  },
  'statistics-start-wrong': {
    what: 'The running statistics start with other values than 0 (mean) and 1 (variance).',
    look: 'Look at the constructor: runningMean starts with zeros, runningVar with ones.',
  },
  'affine-start-wrong': {
    what: 'Weight and bias start with other values than 1 and 0.',
    look: 'Look at the constructor: weight starts with ones, bias with zeros.',
  },
  'options-swapped': {
    what: 'Two options are exchanged.',
    look: 'Look at the order of the arguments of the constructor, and at where each of the two is used: eps and momentum of a BatchNorm, learningRate, momentum, weightDecay and eps of an optimizer.',
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
  'noise-instead-of-mask': {
    what: 'The input is multiplied by random numbers, not by zeros and one factor.',
    look: 'Look at the mask: compare the random numbers with p, tf.greaterEqual(tf.randomUniform(x.shape), p), and cast that to float32.',
  },
  'fixed-number-dropped': {
    what: 'Every call drops the same number of elements.',
    look: 'Look at the mask: each element is dropped with probability p by a draw of its own, so their number varies.',
  },
  'no-mask-in-training': {
    what: 'Nothing is dropped in training.',
    look: 'Look at the training branch of forward: is it reached, and is the mask multiplied in?',
  },
  'mask-added': {
    what: 'The mask is added to the input, not multiplied with it.',
    look: 'Look at the training branch: tf.mul(x, mask).',
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
  'scaled-twice': {
    what: 'What is kept is scaled twice.',
    look: 'Look for a second division by 1 − p: the mask and the output may both have one.',
  },
  'normal-instead-of-uniform': {
    what: 'The mask is drawn from a normal distribution.',
    look: 'Look at the random numbers: tf.randomUniform(x.shape), since p is a share of [0, 1).',
  },
  'symmetric-instead-of-unit': {
    what: 'The mask is drawn from −1 to 1, not from 0 to 1.',
    look: 'Look at the draw: tf.randomUniform(x.shape, 0, 1).',
  },
  'p-ignored': {
    what: 'The share of dropped elements does not depend on p.',
    look: 'Look at the comparison that makes the mask, and at the constructor: a uniform number against this.p.',
  },
  'everything-dropped': {
    what: 'Everything is dropped in training.',
    look: 'Look at the random numbers: of type float32, between 0 and 1. tf.randomUniform with the type int32 gives zeros alone.',
  },
  'one-draw-for-all': {
    what: 'One random number decides for the whole input.',
    look: 'Look at the shape of the random numbers: that of x, one for each element; Math.random() is one number.',
  },
  'mask-returned': {
    what: 'The output is the mask itself, not the input times the mask.',
    look: 'Look at the end of the training branch: tf.mul(x, mask).',
  },
  // All parts
  'input-disposed': {
    what: 'The code disposes a tensor that belongs to its caller.',
    look: 'Look for dispose: free only what the code itself made, best by tf.tidy. The input of a layer and the gradients of an optimizer are still needed by others.',
  },
  'output-disposed': {
    what: 'The tensor that is returned has been disposed.',
    look: 'Look at tf.tidy and dispose: what a tidy is to keep must be returned by its function, and what is returned must not be disposed.',
  },
  'state-disposed': {
    what: 'State was replaced by a plain tensor inside of a tidy, which disposed it.',
    look: 'Look for an assignment such as this.runningMean = tf.add(…) or state.m = …: inside of tf.tidy use variable.assign(…), or tf.keep(…).',
  },
  'weight-not-assigned': {
    what: 'The weight of the layer does not change.',
    look: 'Look at the end: layer.weight.assign(…). weight = … changes a variable of the function alone.',
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
    what: 'A ^ stands for a power; in JavaScript it combines bits.',
    look: 'A power of numbers is written **, as in 1 - beta1 ** t; g² is tf.square(g), and a root is tf.sqrt(v).',
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
  'step-counted-twice': {
    what: 'The step is counted twice in each update: t = 2, 4, ….',
    look: 'Look for a second increment of the step: in applyGradients and in the update, or in a loop.',
  },
  'second-moment-of-all': {
    what: 'The second moment is one number for all elements of a parameter: the mean of the squared gradient.',
    look: 'Look at the second moment: tf.square(g), of the shape of g, without tf.mean.',
  },
  'moments-mixed-up': {
    what: 'The second moment is made of the first: β2 · m + (1 − β2) · g².',
    look: 'Look at the second moment: β2 · v + (1 − β2) · g², with its own old value.',
  },
  'variant-of-adam': {
    what: 'The update is that of a variant: AMSGrad’s (a maximum of v̂), NAdam’s (Nesterov) or Lion’s (the sign of m).',
    look: 'Look at the update: m̂ / (√v̂ + eps).',
  },
  'learning-rate-fades': {
    what: 'The learning rate is divided by the step, or by its root.',
    look: 'Look at the update: learningRate as it was given; a schedule stands outside of the optimizer.',
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
    look: 'Look at whether momentum is read from the options, the buffer is kept (buffer.assign(…)), and it is used in the update.',
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
  'parameters-not-assigned': {
    what: 'No parameter moves.',
    look: 'Look at the end of the update, and whether it is reached: param.assign(newValue). param = … changes a variable of the function alone, tf.sub(…) without assign changes nothing, and an empty applyGradients does nothing.',
  },
  'moments-not-assigned': {
    what: 'A moment stays at zero.',
    look: 'Look at the moments: m.assign(…) and v.assign(…), or state.m = …; m = … changes a variable of the function alone, and tf.add(…) without assign changes nothing.',
  },
  'l2-and-decoupled-decay': {
    what: 'Weight decay is applied twice: added to the gradient (L2) and decoupled.',
    look: 'Look at each use of weightDecay, and keep one: AdamW multiplies the weight by 1 − learningRate · weightDecay, Adam and SGD add weightDecay · w to the gradient.',
  },
  'decay-of-a-constant': {
    what: 'Weight decay subtracts the same from each weight: it is not multiplied by the weight.',
    look: 'Look at the decay: weightDecay · w.',
  },
  'decay-of-square': {
    what: 'Weight decay multiplies the square of the weight, not the weight.',
    look: 'Look at the decay: weightDecay · w is the derivative of the penalty weightDecay / 2 · w².',
  },
  'decay-of-gradient': {
    what: 'Weight decay multiplies the gradient or the step, not the weight.',
    look: 'Look at the decay: g + weightDecay · w where it is L2, w · (1 − learningRate · weightDecay) where it is decoupled.',
  },
  'decay-wrong-factor': {
    what: 'Weight decay is twice or half what it should be.',
    look: 'Look at the factor of the decay: weightDecay alone, without the 2 or the 1 / 2 of a squared penalty, and applied once.',
  },
  'decay-inside-quotient': {
    what: 'Weight decay is added to the first moment and divided by √v̂ with it.',
    look: 'Look at where weightDecay is used: AdamW multiplies the weight by 1 − learningRate · weightDecay; Adam adds weightDecay · w to the gradient before the moments see it.',
  },
  'decay-for-one-moment': {
    what: 'Weight decay is added to the gradient for one of the two moments only.',
    look: 'Look at the moments: both take the gradient with weightDecay · w in it.',
  },
  'decay-rate-twice': {
    what: 'Weight decay is multiplied by the learning rate once too often.',
    look: 'Look at each use of weightDecay: 1 − learningRate · weightDecay where it is decoupled, g + weightDecay · w where it is L2.',
  },
  'decay-without-one': {
    what: 'The weight is multiplied by learningRate · weightDecay: the 1 − is missing.',
    look: 'Look at the decay: w · (1 − learningRate · weightDecay).',
  },
  'decay-of-rate-alone': {
    what: 'The weight is multiplied by 1 − learningRate: weightDecay is missing.',
    look: 'Look at the decay: w · (1 − learningRate · weightDecay).',
  },
  'update-before-moments': {
    what: 'The weight is updated with the moments (or the momentum buffer) of the step before.',
    look: 'Look at the order: first the moments take in the gradient, then the weight is updated with the new ones.',
  },
  'missing-gradient-ends-step': {
    what: 'A parameter without a gradient ends the step for those after it.',
    look: 'Look at the loop: continue goes on with the next parameter; return and break do not.',
  },
  'missing-gradient-throws': {
    what: 'A parameter without a gradient makes the step throw.',
    look: 'Look at the loop: a parameter that has no gradient in a step is left alone, if (gradient == null) continue.',
  },
  'only-one-parameter': {
    what: 'Only one of several parameters is updated.',
    look: 'Look at the loop over the parameters: a return, a break or a state outside of it ends it too early.',
  },
  'old-weight-missing': {
    what: 'The new weight is the step alone, without the old weight.',
    look: 'Look at the end of the update: param.assign(tf.sub(param, step)).',
  },
  'step-taken-twice': {
    what: 'Each step is taken twice.',
    look: 'Look for a second call of the update, or a loop within the loop over the parameters.',
  },
  'learning-rate-twice': {
    what: 'The learning rate is multiplied in twice.',
    look: 'Look at the update: w − learningRate · …, once; the momentum buffer of SGD takes the gradient without it.',
  },
  'exponent-missing': {
    what: 'The bias correction is 1 − β: the exponent t is missing.',
    look: 'Look between moments and update: 1 - beta1 ** t and 1 - beta2 ** t, with t = 1, 2, …',
  },
  'step-counted-from-two': {
    what: 'The exponent of the bias correction is one too large: the first step is counted as t = 2.',
    look: 'Look at where the step starts and is incremented: from 0, once, before it is used; and at the exponent, t and not t + 1.',
  },
  'power-reversed': {
    what: 'The power of the bias correction has its arguments exchanged: t^β, not β^t.',
    look: 'Look between moments and update: Math.pow(beta1, t), or beta1 ** t.',
  },
  'bias-correction-of-complement': {
    what: 'The bias correction is (1 − β)^t, not 1 − β^t.',
    look: 'Look at the brackets between moments and update: 1 - beta1 ** t.',
  },
  'bias-correction-multiplied': {
    what: 'A moment is multiplied by 1 − β^t, not divided by it.',
    look: 'Look between moments and update: m / (1 − β1^t) and v / (1 − β2^t).',
  },
  'bias-correction-stored': {
    what: 'The corrected moment is written back to the state.',
    look: 'Look between moments and update: m̂ and v̂ are used for this step alone; the state keeps m and v as they are.',
  },
  'bias-correction-without-one': {
    what: 'A moment is divided by β^t: the 1 − is missing.',
    look: 'Look between moments and update: m / (1 − β1^t) and v / (1 − β2^t).',
  },
  'bias-correction-plus': {
    what: 'A moment is divided by 1 + β^t, not by 1 − β^t.',
    look: 'Look between moments and update: m / (1 − β1^t) and v / (1 − β2^t).',
  },
  'bias-corrections-swapped': {
    what: 'The bias corrections are exchanged: β2 corrects the first moment, β1 the second.',
    look: 'Look between moments and update: m / (1 − β1^t) and v / (1 − β2^t).',
  },
  'bias-correction-outside-root': {
    what: 'The bias correction of the second moment is outside of the root.',
    look: 'Look at the denominator: √(v / (1 − β2^t)) + eps; as a factor of the rate it is √(1 − β2^t).',
  },
  'complement-swapped': {
    what: 'The factors β and 1 − β are exchanged: the old value has the weight 1 − β.',
    look: 'Look at the moments: β1 · m + (1 − β1) · g and β2 · v + (1 − β2) · g²; for the momentum of SGD, momentum · v + g.',
  },
  'one-beta-for-both': {
    what: 'Both moments, or both bias corrections, use the same β.',
    look: 'Look at each β: betas[0] belongs to the gradient, betas[1] to its square.',
  },
  'moments-not-decayed': {
    what: 'A moment keeps all of its old value: the factor β is missing.',
    look: 'Look at the moments: β1 · m + (1 − β1) · g and β2 · v + (1 − β2) · g²; for the momentum of SGD, momentum · v + g.',
  },
  'moments-not-from-zero': {
    what: 'A moment does not start at zero.',
    look: 'Look at where the state is created: tf.zerosLike(param), not ones and not the first gradient.',
  },
  'first-moment-unused': {
    what: 'The update uses the gradient in place of the first moment.',
    look: 'Look at the update: m̂ / (√v̂ + eps).',
  },
  'second-moment-unused': {
    what: 'The update is not divided by the root of the second moment.',
    look: 'Look at the update: m̂ / (√v̂ + eps).',
  },
  'division-reversed': {
    what: 'The update is not m̂ divided by √v̂ + eps: multiplied by it, or the other way round.',
    look: 'Look at the update: tf.div(m̂, tf.add(tf.sqrt(v̂), eps)).',
  },
  'moments-swapped': {
    what: 'The two moments are exchanged in the update.',
    look: 'Look at the update: m̂ / (√v̂ + eps), the first moment above.',
  },
  'momentum-of-gradient': {
    what: 'Momentum multiplies the gradient too: momentum · (v + g).',
    look: 'Look at the buffer: v = momentum · v + g.',
  },
  'momentum-twice': {
    what: 'Momentum is multiplied in once more in the update.',
    look: 'Look at the update: w − learningRate · v.',
  },
  'gradient-added-again': {
    what: 'The gradient is added again to the momentum buffer in the update.',
    look: 'Look at the update: w − learningRate · v; v has the gradient in it already.',
  },
  // Xavier
  'transposed-weights': {
    what: 'The weights have the shape [fanOut, fanIn].',
    look: 'Look at the shape that is drawn: [fanIn, fanOut], so that a layer computes x · weight. PyTorch’s nn.Linear keeps them the other way round.',
  },
  'fan-in-only': {
    what: 'The variance depends on fanIn alone: fanOut is left out.',
    look: 'Look at the variance: 2 / (fanIn + fanOut).',
  },
  'fan-out-only': {
    what: 'The variance depends on fanOut alone: fanIn is left out.',
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
    what: 'The weights are not centered: their mean is not 0.',
    look: 'Look at the range: from −bound to bound, so [0, 1) is stretched by (2 · u − 1) · bound; a normal distribution has the mean 0, its second argument.',
  },
  'truncated-without-correction': {
    what: 'The normal distribution is truncated at two standard deviations, which leaves 0.77 of the variance.',
    look: 'Look at the distribution: tf.randomNormal, not tf.truncatedNormal or tf.initializers.glorotNormal.',
  },
  'size-ignored': {
    what: 'The variance does not depend on the size of the layer.',
    look: 'Look at the scale: √(2 / (fanIn + fanOut)) or, for the bound of a uniform distribution, √(6 / (fanIn + fanOut)).',
  },
  'xavier-root-missing': {
    what: 'The root is missing.',
    look: 'Look at the formula: √(6 / (fanIn + fanOut)) for the bound of a uniform distribution, √(2 / (fanIn + fanOut)) for the standard deviation of a normal one.',
  },
  'xavier-root-of-a-part': {
    what: 'The root covers a part of the formula only.',
    look: 'Look at the brackets: Math.sqrt(6 / (fanIn + fanOut)), and Math.sqrt(2 / (fanIn + fanOut)) for a normal distribution; the root is of the whole quotient.',
  },
  'xavier-precedence': {
    what: 'Brackets are missing around fanIn + fanOut: 6 / fanIn + fanOut is (6 / fanIn) + fanOut.',
    look: 'Look at the formula: 6 / (fanIn + fanOut), or 2 / (fanIn + fanOut).',
  },
  'xavier-factor-missing': {
    what: 'A factor 2 is missing: the variance is 1 / (fanIn + fanOut).',
    look: 'Look at the formula: 2 / (fanIn + fanOut) is the variance, √(6 / (fanIn + fanOut)) the bound of a uniform distribution.',
  },
  'xavier-half-range': {
    what: 'The range of the uniform distribution is half as wide as it should be.',
    look: 'Look at how [0, 1) is stretched: (2 · u − 1) · bound, from −bound to bound; (u − 0.5) · bound is half of it.',
  },
  'bound-as-standard-deviation': {
    what: 'The bound √(6 / (fanIn + fanOut)) of a uniform distribution is used as the standard deviation of a normal one.',
    look: 'Look at the formula: the standard deviation is √(2 / (fanIn + fanOut)).',
  },
  'wrong-gain': {
    what: 'The weights are larger or smaller than Xavier’s by a constant factor: a gain that does not belong there.',
    look: 'Look for a factor: the gain is 1 here, not 5/3 (tanh), √2 (relu), 0.1 or 10; and look at the 2 (or, for a bound, 6) of the formula.',
  },
  'fans-multiplied': {
    what: 'The two fans are multiplied, not added.',
    look: 'Look at the formula: 2 / (fanIn + fanOut).',
  },
  'fans-subtracted': {
    what: 'The two fans are subtracted, not added.',
    look: 'Look at the formula: 2 / (fanIn + fanOut).',
  },
  'quotient-reversed': {
    what: 'The quotient is upside down: the larger the layer, the larger its weights.',
    look: 'Look at the formula: 2 / (fanIn + fanOut), with the sum below.',
  },
  'wrong-dependence-on-size': {
    what: 'The variance depends on fanIn and fanOut in another way than 2 / (fanIn + fanOut).',
    look: 'Look at the formula: √(6 / (fanIn + fanOut)) for the bound of a uniform distribution, √(2 / (fanIn + fanOut)) for the standard deviation of a normal one.',
  },
  'weights-not-numbers': {
    what: 'Weights are NaN or infinite.',
    look: 'Look at the formula for a root of a negative number, a division by 0, or an argument that is undefined.',
  },
  'rows-repeat': {
    what: 'The rows or the columns of the weights repeat.',
    look: 'Look at the shape of what is drawn: [fanIn, fanOut], one number for each weight; tf.tile and broadcasting copy.',
  },
  'too-few-draws': {
    what: 'Far fewer numbers are drawn than there are weights: the same ones return.',
    look: 'Look at what is drawn: one number of a continuous distribution for each weight, not a sign, and not a short list that is repeated.',
  },
  'power-precedence': {
    what: 'The root is written x ** 1 / 2, which is (x ** 1) / 2, half of x.',
    look: 'Look at the power: Math.sqrt(x), or x ** 0.5.',
  },
  'constant-weights': {
    what: 'All weights are equal.',
    look: 'Look at where the random numbers are drawn: one for each weight, from a range that is not empty. (6 / n) ^ 0.5 is 0: a power is written **, a root Math.sqrt.',
  },
  'same-weights-each-time': {
    what: 'Each call gives the same weights.',
    look: 'Look for a fixed seed: two layers of one shape must start differently.',
  },
} as const satisfies Record<string, MistakeInfo>;

/** The name of a mistake that the checks recognize. */
export type MistakeName = keyof typeof CATALOGUE;

/**
 * Every mistake that the checks recognize by name, with its description and the advice on where to
 * look.
 *
 * @example
 * ```ts
 * import { mistakes } from '@trainkit/conformance';
 *
 * console.log(mistakes['momentum-reversed'].what); // → Momentum is the weight of the old value; in PyTorch it is the weight of the new one.
 * ```
 */
export const mistakes: Readonly<Record<MistakeName, MistakeInfo>> = CATALOGUE;

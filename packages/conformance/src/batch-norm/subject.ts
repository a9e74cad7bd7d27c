import { batchNormGoldens as goldens } from '../goldens/batch-norm.js';
import { block } from '../subject/block.js';
import type { Checked } from '../subject/checked.js';
import { construct } from '../subject/construct.js';
import { type Convention, detectConvention } from '../subject/conventions.js';
import { LayerSubject } from '../subject/layer.js';
import { BIAS, RUNNING_MEAN, RUNNING_VARIANCE, WEIGHT } from '../subject/names.js';
import { detectTrainingArgument, type TrainingArgument } from '../subject/training-argument.js';
import type { BatchNormOptions, MakeBatchNorm } from './interface.js';

const CONVENTIONS: readonly [
  Convention<number, BatchNormOptions>,
  ...Convention<number, BatchNormOptions>[],
] = [
  (features, options) =>
    options === undefined ? [features] : [features, { ...options, epsilon: options.eps }],
  (features, options) => (options === undefined ? [features] : [features, options]),
  (features, options) =>
    options === undefined ? [features] : [features, options.eps, options.momentum, options.affine ?? true],
];

/**
 * The checked BatchNorm as the scenario calls it; everything that it creates is added to `made`.
 */
export function batchNormSubject(subject: unknown, made: { dispose(): void }[]): Checked<MakeBatchNorm> {
  const x = block(goldens.first);
  const open = (args: readonly unknown[], trainingArgument?: TrainingArgument) =>
    new LayerSubject(construct(subject, args), 'BatchNorm', trainingArgument);
  const convention = detectConvention(CONVENTIONS, (candidate) =>
    open(candidate(4, goldens.options)).run(x, true),
  );
  const trainingArgument = detectTrainingArgument((candidate, training) =>
    open(convention(4, goldens.options), candidate).run(x, training),
  );
  const make: MakeBatchNorm = (features, options) => {
    const layer = open(convention(features, options), trainingArgument);
    made.push(layer);
    return {
      forward: (input, training) => layer.run(input, training),
      gradients: (input, upstream, training) => {
        const [dx, weight, bias] = layer.gradients(input, upstream, [WEIGHT, BIAS], training);
        return { x: dx!, weight: weight!, bias: bias! };
      },
      mean: () => layer.read(RUNNING_MEAN),
      variance: () => layer.read(RUNNING_VARIANCE),
      affine: () => [...layer.read(WEIGHT), ...layer.read(BIAS)],
      setAffine: (weight, bias) => {
        layer.write(WEIGHT, weight);
        layer.write(BIAS, bias);
      },
    };
  };
  return {
    make,
    warnings: () => {
      const layer = open(convention(4, goldens.options), trainingArgument);
      made.push(layer);
      return layer.warnings(x);
    },
  };
}

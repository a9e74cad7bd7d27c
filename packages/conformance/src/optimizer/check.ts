import { checkOneOf, checkOptions, type OptionNames } from '@trainkit/checks';
import { compareWithGoldens } from '../diagnosis/compare-with-goldens.js';
import { expectations } from '../diagnosis/expectations.js';
import type { Model } from '../diagnosis/model.js';
import { optimizerGoldens } from '../goldens/optimizers.js';
import { type PartReport, partReport } from '../report.js';
import { observeSubject } from '../subject/checked.js';
import { disposingSubjects } from '../subject/tensor-scope.js';
import { OPTIMIZER_HYPOTHESES, type OptimizerFlag } from './hypotheses.js';
import { OptimizerModel } from './model.js';
import { type OptimizerKind, optimizerScenario } from './scenario.js';
import { optimizerSubject } from './subject.js';

/**
 * The tolerance: five steps in float32 are right to about 1e-6; mistakes change the numbers by 1e-3
 * and more.
 */
const TOLERANCE = 1e-5;

/** The options of {@link checkOptimizer}. */
export interface CheckOptimizerOptions {
  /** The optimizer of PyTorch to compare with, default `'AdamW'`. */
  kind?: OptimizerKind | undefined;
}

const CHECK_OPTIMIZER: OptionNames<CheckOptimizerOptions> = { kind: true };

const KINDS: readonly OptimizerKind[] = ['AdamW', 'Adam', 'SGD'];

const MODELS = new Map<OptimizerKind, Model<OptimizerFlag>>();

/** Predicts the numbers of an optimizer with any set of mistakes. Each kind has one model. */
export function optimizerModel(kind: OptimizerKind): Model<OptimizerFlag> {
  const known = MODELS.get(kind);
  if (known) return known;
  const model: Model<OptimizerFlag> = {
    hypotheses: OPTIMIZER_HYPOTHESES[kind],
    play: (flags, record) =>
      optimizerScenario(
        kind,
        (starts, settings) => new OptimizerModel(kind, starts, settings, flags),
        record,
      ),
  };
  MODELS.set(kind, model);
  return model;
}

/**
 * Checks any optimizer against that of `torch.optim`: parameters after each step for several
 * options, for several parameters, with gradients that are missing or come in another order.
 *
 * @param subject a class, `new AdamW(params, { learningRate, betas, eps, weightDecay })`, or
 *   a function that returns such an object; the README lists the names and shapes that are accepted
 * @returns a result for each check; the check never throws for the checked code's errors and leaves
 *   no tensor behind
 * @throws TypeError for an unknown option, RangeError for an unknown kind
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs';
 * import { checkOptimizer } from '@trainkit/conformance';
 *
 * const report = checkOptimizer(
 *   (_: tf.Variable[], { learningRate, betas: [beta1, beta2] = [0.9, 0.999], eps = 1e-8 }: {
 *     learningRate: number;
 *     betas?: number[];
 *     eps?: number;
 *   }) => tf.train.adam(learningRate, beta1, beta2, eps),
 *   { kind: 'Adam' },
 * );
 * console.log(report.mistakes); // → [ 'decay-ignored', 'state-by-position', 'step-shared' ]
 * ```
 */
export function checkOptimizer(subject: unknown, options: CheckOptimizerOptions = {}): PartReport {
  const { kind = 'AdamW' } = checkOptions('checkOptimizer', options, CHECK_OPTIMIZER);
  checkOneOf('checkOptimizer', 'kind', kind, KINDS);
  const { seen, warnings } = disposingSubjects((made) =>
    observeSubject(
      () => optimizerSubject(kind, subject, made),
      (make, record) => optimizerScenario(kind, make, record),
    ),
  );
  const checks = compareWithGoldens(
    seen,
    expectations(optimizerGoldens.expected[kind]),
    optimizerModel(kind),
    TOLERANCE,
    ['a learning rate that changes'],
  );
  return partReport(kind, checks, warnings);
}

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

/** Five steps in float32 are right to about 1e-6; the mistakes are off by 1e-3 and more. */
const TOLERANCE = 1e-5;

/** How {@link checkOptimizer} checks. */
export interface CheckOptimizerOptions {
  /** Which of PyTorch's optimizers to compare with, default `'AdamW'`. */
  kind?: OptimizerKind | undefined;
}

const CHECK_OPTIMIZER: OptionNames<CheckOptimizerOptions> = { kind: true };

const KINDS: readonly OptimizerKind[] = ['AdamW', 'Adam', 'SGD'];

const MODELS = new Map<OptimizerKind, Model<OptimizerFlag>>();

/** What the checks would see of an optimizer with any set of mistakes; the same model for the same kind. */
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
 * Checks anyone's optimizer against `torch.optim`'s: parameters after each step for several options, for several
 * parameters, with gradients that are missing or come in another order.
 *
 * @param subject a class, `new AdamW(params, { learningRate, betas, eps, weightDecay })`, or a function that returns
 *   such an object; the README says which names and shapes will do
 * @returns a result for each check; whatever the checked code does, nothing is thrown and no tensor is left over
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

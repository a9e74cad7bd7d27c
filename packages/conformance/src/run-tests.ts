import { expected, nearestName, show } from '@trainkit/checks';
import { checkBatchNorm } from './batch-norm/check.js';
import { checkDropout } from './dropout/check.js';
import { batchNormGoldens } from './goldens/batch-norm.js';
import { checkLayerNorm } from './layer-norm/check.js';
import { checkOptimizer } from './optimizer/check.js';
import type { PartReport, Report } from './report.js';
import { checkXavier } from './xavier/check.js';

/** The subjects of {@link runTests}, each a class or a factory function from any source. */
export interface Subjects {
  /** `xavier(fanIn, fanOut)` returns a weight of shape `[fanIn, fanOut]`. */
  xavier?: unknown;
  /** `new BatchNorm(numFeatures, { eps, momentum, affine })` */
  BatchNorm?: unknown;
  /** `new LayerNorm(normalizedShape, { eps, elementwiseAffine })` */
  LayerNorm?: unknown;
  /** `new Dropout(p)` */
  Dropout?: unknown;
  /** An AdamW, or an object that names the optimizer: `{ SGD: MySGD }`. */
  optimizer?: unknown;
  /**
   * `new AdamW(params, { learningRate, betas, eps, weightDecay })`, compared with
   * `torch.optim.AdamW`.
   */
  AdamW?: unknown;
  /** A class with the same arguments, compared with `torch.optim.Adam`. */
  Adam?: unknown;
  /**
   * `new SGD(params, { learningRate, momentum, weightDecay })`, compared with
   * `torch.optim.SGD`.
   */
  SGD?: unknown;
}

type Check = (subject: unknown) => PartReport;

const OPTIMIZERS = {
  AdamW: (subject) => checkOptimizer(subject, { kind: 'AdamW' }),
  Adam: (subject) => checkOptimizer(subject, { kind: 'Adam' }),
  SGD: (subject) => checkOptimizer(subject, { kind: 'SGD' }),
} as const satisfies Record<string, Check>;

const CHECKS: Readonly<Record<string, Check>> = {
  xavier: checkXavier,
  BatchNorm: checkBatchNorm,
  LayerNorm: checkLayerNorm,
  Dropout: checkDropout,
  ...OPTIMIZERS,
};

/**
 * Checks layers and optimizers from any source against PyTorch, and names each known mistake.
 *
 * It corresponds to `run_tests(BatchNorm=…)` of the exercise "Practical Deep Learning". The README
 * lists the forms of classes that are accepted. The checks are synchronous, run on the active
 * backend, and leave no tensor behind.
 *
 * @throws TypeError if there is nothing to check, or if a subject is neither a class nor a
 *   function; never because of an error in the checked code
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs';
 * import { formatReport, runTests } from '@trainkit/conformance';
 *
 * const xavier = (fanIn: number, fanOut: number) => tf.randomNormal([fanIn, fanOut], 0, Math.sqrt(2 / fanIn));
 *
 * const report = runTests({ xavier });
 * console.log(report.passed, report.mistakes); // → false [ 'kaiming-variance' ]
 * console.log(formatReport(report).split('\n')[0]); // → xavier: 5 of 7 checks passed; likely mistake: kaiming-variance
 * ```
 */
export function runTests(subjects: Subjects): Report {
  if (typeof subjects !== 'object' || subjects === null || Array.isArray(subjects)) {
    throw new TypeError(
      expected('runTests', 'subjects', subjects, 'an object such as { BatchNorm: MyBatchNorm }'),
    );
  }
  const entries = Object.entries(subjects).flatMap(([name, subject]) => resolve(name, subject));
  if (entries.length === 0) {
    throw new TypeError(
      'runTests: subjects is empty; expected a class or a factory function at least. Write { BatchNorm: MyBatchNorm }.',
    );
  }
  const parts = entries.map(([check, subject]) => check(subject));
  return {
    passed: parts.every(({ passed }) => passed),
    mistakes: [...new Set(parts.flatMap(({ mistakes }) => mistakes))],
    parts,
    torch: batchNormGoldens.torch,
  };
}

/** The check for an entry of `subjects`, or for each entry of `{ optimizer: { SGD: MySGD } }`. */
function resolve(name: string, subject: unknown): [Check, unknown][] {
  if (name === 'optimizer') {
    if (typeof subject !== 'object' || subject === null) return [[OPTIMIZERS.AdamW, callable(name, subject)]];
    return Object.entries(subject).flatMap(([kind, optimizer]) => {
      if (Object.hasOwn(OPTIMIZERS, kind)) return resolve(kind, optimizer);
      throw new TypeError(unknownSubject(kind, Object.keys(OPTIMIZERS)));
    });
  }
  const check = Object.hasOwn(CHECKS, name) ? CHECKS[name] : undefined;
  if (check === undefined) {
    throw new TypeError(unknownSubject(name, [...Object.keys(CHECKS), 'optimizer']));
  }
  return [[check, callable(name, subject)]];
}

function callable(name: string, subject: unknown): unknown {
  if (typeof subject === 'function') return subject;
  const instead = 'Is it exported, and imported by that name?';
  throw new TypeError(expected('runTests', name, subject, 'a class or a factory function', instead));
}

function unknownSubject(name: string, known: readonly string[]): string {
  const meant = nearestName(name, known);
  return (
    `runTests: there are no checks for ${show(name)}; expected ${known.join(', ')}.` +
    (meant === undefined ? '' : ` Write ${meant}.`)
  );
}

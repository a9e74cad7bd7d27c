import {
  checkFlag,
  checkFunction,
  checkInteger,
  checkNumber,
  checkOptions,
  expected,
  type OptionNames,
} from '@trainkit/checks';
import type { SafeTensor } from '@trainkit/safetensors';
import type { Logger } from '../logging/logger.js';
import { loggersOf } from '../logging/loggers.js';
import type { CheckpointStore } from '../runs/checkpoint-store.js';
import type { RunFolder } from '../runs/run-folder.js';
import { hasMethods } from '../state/has-methods.js';
import { findPart } from '../state/parts.js';
import type { Model, OptimizerLike } from '../state/stateful.js';
import type { Batches } from '../steps/batch-source.js';
import type { StepResult } from '../steps/step-result.js';
import { DEFAULT_GENERATOR } from './default-generator.js';
import type { BestOptions, StopCriterion } from './early-stopping.js';
import type { Locate } from './locate.js';

/** The argument of {@link ValidateOptions.run}. */
export interface ValidationContext {
  /** The completed steps. */
  readonly step: number;
  /** Aborted when the run should end; pass it to `evaluate`. */
  readonly signal: AbortSignal;
}

/** The schedule and the function of a model's validation. */
export interface ValidateOptions {
  /**
   * The number of steps between two validations; one follows the last step too. Default: only after
   * the last step.
   */
  every?: number | undefined;
  /**
   * Validates the model. Numbers and scalar tensors in the returned object are logged as
   * `validation/NAME`; other values are passed to the loggers unchanged. A `loss` that is not
   * finite ends the run.
   */
  run: (context: ValidationContext) => object | Promise<object>;
}

/** Measurements beyond the step's own numbers. */
export interface MeasureOptions {
  /**
   * The number of steps between two measurements of gradient norm and speed; one precedes each
   * validation too. Default 10.
   */
  every?: number | undefined;
  /**
   * True to log `train/gradient_norm`, the norm of all gradients before clipping. Default false.
   */
  gradientNorm?: boolean | undefined;
  /**
   * True to log `train/learning_rate` at every step; further groups are `train/learning_rate/1` and
   * so on. Default true.
   */
  learningRate?: boolean | undefined;
  /** True to pass parameters and gradients to the loggers at each validation. Default false. */
  histograms?: boolean | undefined;
}

/** Options of {@link Trainer}. */
export interface TrainerOptions<Batch> {
  /** The model: a module, a `tf.LayersModel`, or bare variables. */
  model: Model;
  /** The optimizer, of `@trainkit/optimizers` or of `tf.train`. */
  optimizer: OptimizerLike;
  /**
   * The batches; each `for…of` over them is an epoch: a `DataLoader`, an array, or any other
   * iterable, also asynchronous.
   */
  batches: Batches<Batch>;
  /** Computes the loss of a batch in ordinary TensorFlow.js, and other values to log. */
  step: (batch: Batch) => StepResult;
  /**
   * Further state for a checkpoint, by name: generators, schedules with a state. Default nothing.
   * The state of the default generator is saved anyway.
   */
  state?: { readonly [name: string]: object } | undefined;
  /** The validation of the model. Default none. */
  validate?: ValidateOptions | undefined;
  /** The largest norm of all gradients together. Default: no clipping. */
  clipGradNorm?: number | undefined;
  /**
   * The number of batches of one step; their gradients are averaged over all examples. Default 1.
   */
  accumulate?: number | undefined;
  /**
   * The criterion to stop early, such as
   * `earlyStopping({ metric: 'validation/loss', patience: 4 })`. Default never.
   */
  stop?: StopCriterion | undefined;
  /**
   * The criterion for the best validation. Default: that of `stop`; without `stop`, no validation
   * is the best.
   */
  best?: BestOptions | undefined;
  /** True to restore the weights of the best validation at the end. Default false. */
  restoreBest?: boolean | undefined;
  /** Called after each validation that is the best so far. */
  onBest?:
    | ((event: { step: number; values: Readonly<Record<string, number>> }) => void | Promise<void>)
    | undefined;
  /** Measurements beyond the step's own numbers. */
  measure?: MeasureOptions | undefined;
  /** False to keep the step eager on tfjs-node. Default true. */
  capture?: boolean | undefined;
  /**
   * Counts the examples of a batch, for `accumulate`. Default: the first dimension of its first
   * tensor.
   */
  examples?: ((batch: Batch) => number) | undefined;
  /**
   * False if the next epoch returns the same tensors again. Default true, and false for an array.
   */
  disposeBatches?: boolean | undefined;
  /**
   * Returns the weights for `best.safetensors` and `model.safetensors`. Default: the model's state,
   * by name.
   */
  weights?: (() => Readonly<Record<string, SafeTensor>>) | undefined;
  /**
   * Finds the origin of the first number that is not finite. Default: by forward hooks, if the
   * model is a module.
   */
  locate?: Locate | undefined;
}

/** Options of {@link Trainer.fit}. */
export interface FitOptions {
  /** The total steps, including those of earlier processes. */
  steps: number;
  /**
   * The number of steps between two checkpoints; one follows every validation and the last step
   * too. Default: only these two.
   */
  checkpointEvery?: number | undefined;
  /**
   * The folder of the run: `runFolder(path, { config })` of `@trainkit/trainer/node`. Default:
   * only in memory.
   */
  folder?: RunFolder | undefined;
  /**
   * A store for checkpoints only, instead of `folder`, for a program with its own folder layout.
   * The run resumes from the last checkpoint; the program handles config, weights, result, lock and
   * Ctrl-C (`signal`). Default none.
   */
  checkpoints?: CheckpointStore | undefined;
  /** The loggers that receive the numbers. Default none. */
  log?: Logger | readonly Logger[] | undefined;
  /** Ends the run after the running step, with a checkpoint. Default none. */
  signal?: AbortSignal | undefined;
  /** False to ignore Ctrl-C and SIGTERM. Default true, if the folder supports signals. */
  signals?: boolean | undefined;
  /**
   * The time in milliseconds after which the loop yields to the event loop. Default 50; 8 in a
   * page, which draws frames.
   */
  yieldEvery?: number | undefined;
}

const TRAINER: OptionNames<TrainerOptions<never>> = {
  model: true,
  optimizer: true,
  batches: true,
  step: true,
  state: true,
  validate: true,
  clipGradNorm: true,
  accumulate: true,
  stop: true,
  best: true,
  restoreBest: true,
  onBest: true,
  measure: true,
  capture: true,
  examples: true,
  disposeBatches: true,
  weights: true,
  locate: true,
};
const VALIDATE: OptionNames<ValidateOptions> = { every: true, run: true };
const MEASURE: OptionNames<MeasureOptions> = {
  every: true,
  gradientNorm: true,
  learningRate: true,
  histograms: true,
};
const FIT: OptionNames<FitOptions> = {
  steps: true,
  checkpointEvery: true,
  folder: true,
  checkpoints: true,
  log: true,
  signal: true,
  signals: true,
  yieldEvery: true,
};

/** The methods of a logger; each logger has at least one. */
const LOGGER_METHODS = [
  'begin',
  'train',
  'validation',
  'histograms',
  'message',
  'checkpoint',
  'flush',
  'state',
  'end',
] as const satisfies readonly (keyof Logger)[];

/** Names of a checkpoint's parts that `state` may not use. */
const RESERVED: readonly string[] = [
  'model',
  'optimizer',
  'batches',
  'stop',
  'best',
  'trainer',
  DEFAULT_GENERATOR,
];

/** @throws TypeError or RangeError naming the option that is wrong */
export function checkTrainerOptions<Batch>(options: TrainerOptions<Batch>): TrainerOptions<Batch> {
  const where = 'Trainer';
  checkOptions<object>(where, options, TRAINER);
  const {
    optimizer,
    step,
    state,
    validate,
    clipGradNorm,
    accumulate,
    stop,
    best,
    measure,
    examples,
    weights,
    onBest,
    locate,
  } = options;
  if (typeof optimizer?.applyGradients !== 'function') {
    throw new TypeError(
      expected(
        where,
        'optimizer',
        optimizer,
        'an optimizer with applyGradients',
        'Write new AdamW(model.namedParameters(), { learningRate: 1e-3 }).',
      ),
    );
  }
  checkFunction(where, 'step', step, 'Write step: (batch) => ({ loss }).');
  if (clipGradNorm !== undefined)
    checkNumber(where, 'clipGradNorm', clipGradNorm, { above: 0, instead: 'Leave it out to clip nothing.' });
  if (accumulate !== undefined) checkInteger(where, 'accumulate', accumulate, { min: 1 });
  for (const [name, value] of Object.entries({ examples, weights, onBest, locate })) {
    if (value !== undefined) checkFunction(where, name, value);
  }
  for (const name of ['restoreBest', 'capture', 'disposeBatches'] as const) {
    if (options[name] !== undefined) checkFlag(where, name, options[name]);
  }
  checkState(where, state);
  if (validate !== undefined) {
    const { every, run } = checkOptions('Trainer: validate', validate, VALIDATE);
    if (every !== undefined) checkInteger(where, 'validate.every', every, { min: 1 });
    checkFunction(where, 'validate.run', run, 'Write run: () => evaluate(model, batches, metrics).');
  } else if (stop !== undefined || best !== undefined) {
    throw new TypeError(
      `${where}: ${stop ? 'stop' : 'best'} decides by validations, and there is no validate. Give validate: { every, run }.`,
    );
  }
  if (stop !== undefined && typeof stop.update !== 'function') {
    throw new TypeError(
      expected(
        where,
        'stop',
        stop,
        'a criterion with update',
        "Write earlyStopping({ metric: 'validation/loss', patience: 4 }).",
      ),
    );
  }
  if (options.restoreBest === true && stop === undefined && best === undefined) {
    throw new TypeError(
      `${where}: restoreBest is true, and nothing says which validation is the best. Give best: { metric: 'validation/loss' }.`,
    );
  }
  const { every, ...flags } = checkOptions('Trainer: measure', measure ?? {}, MEASURE);
  if (every !== undefined) checkInteger(where, 'measure.every', every, { min: 1 });
  for (const [name, flag] of Object.entries(flags))
    if (flag !== undefined) checkFlag(where, `measure.${name}`, flag);
  return options;
}

/** @throws TypeError or RangeError naming the option that is wrong */
export function checkFitOptions(options: FitOptions): FitOptions {
  const { steps, checkpointEvery, folder, checkpoints, log, signal, signals, yieldEvery } = checkOptions(
    'fit',
    options,
    FIT,
  );
  checkInteger('fit', 'steps', steps);
  if (checkpointEvery !== undefined) checkInteger('fit', 'checkpointEvery', checkpointEvery, { min: 1 });
  checkPlace(folder, checkpoints);
  for (const logger of loggersOf(log)) checkLogger(logger);
  if (signal !== undefined && !hasMethods(signal, 'addEventListener')) {
    throw new TypeError(expected('fit', 'signal', signal, 'an AbortSignal', 'Write controller.signal.'));
  }
  if (signals !== undefined) checkFlag('fit', 'signals', signals);
  if (yieldEvery !== undefined) checkNumber('fit', 'yieldEvery', yieldEvery, { min: 0 });
  return options;
}

function checkLogger(logger: unknown): void {
  if (typeof logger === 'object' && logger !== null) {
    const given = LOGGER_METHODS.filter((name) => Reflect.get(logger, name) !== undefined);
    const isEmpty = given.length === 0 && Object.keys(logger).length === 0;
    if (isEmpty || (given.length > 0 && hasMethods(logger, ...given))) return;
  }
  throw new TypeError(
    expected(
      'fit',
      'log',
      logger,
      `a logger or a list of loggers, each with one of the methods ${LOGGER_METHODS.join(', ')}`,
      'Write log: [jsonLines(), progress()].',
    ),
  );
}

function checkPlace(folder: unknown, checkpoints: unknown): void {
  if (folder !== undefined && !hasMethods(folder, 'check', 'prepare', 'result', 'finish')) {
    throw new TypeError(
      expected('fit', 'folder', folder, 'a RunFolder', "Write runFolder('runs/mine', { config })."),
    );
  }
  if (checkpoints === undefined) return;
  if (!hasMethods(checkpoints, 'read', 'write')) {
    throw new TypeError(
      expected('fit', 'checkpoints', checkpoints, 'a CheckpointStore', "Write new FileStore('runs/mine')."),
    );
  }
  if (folder !== undefined) {
    throw new TypeError(
      'fit: folder and checkpoints are both given; expected one. A folder has its own checkpoints.',
    );
  }
}

function checkState(where: string, state: TrainerOptions<never>['state']): void {
  if (state === undefined) return;
  if (typeof state !== 'object' || state === null) {
    throw new TypeError(
      expected(where, 'state', state, 'stateful objects by name', 'Write state: { generator }.'),
    );
  }
  if (hasMethods(state, 'stateDict', 'loadStateDict')) {
    throw new TypeError(
      expected(where, 'state', state, 'stateful objects by name', 'Write state: { generator }.'),
    );
  }
  for (const [name, value] of Object.entries(state)) {
    if (RESERVED.includes(name))
      throw new RangeError(
        `${where}: state has the name "${name}", which a checkpoint uses itself. Use another name.`,
      );
    if (findPart(where, name, value) === null) {
      throw new TypeError(
        expected(
          where,
          `state.${name}`,
          value,
          'an object with stateDict() and loadStateDict(state)',
          'Keep plain numbers in such an object.',
        ),
      );
    }
  }
}

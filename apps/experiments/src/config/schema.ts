import { z } from 'zod';
import { rateSchema, scheduleKeys, scheduleSchema } from './schedule-config.js';
import { seedSchema } from './seed.js';
import { type SizeConfig, tooManyWeights } from './weight-count.js';

/** A name that is also a folder: parts of letters, digits and `._-`, separated by slashes. */
const nameSchema = z
  .string()
  .regex(/^[A-Za-z0-9][\w.-]*(\/[A-Za-z0-9][\w.-]*)*$/, {
    error: 'a name consists of letters, digits and ._-, separated by slashes, such as "mine/wide"',
  })
  .refine((name) => !/^sample(\/|$)|(^|\/)seed-/.test(name), {
    error: '"sample/" and "seed-" are folders of other runs',
  });

/** A number of at least 1; a width or a count. */
const count = z.int().positive();

/**
 * The initialization of a network, see `initializations.ts`. `default` is `Linear`'s own, as in
 * PyTorch.
 */
const initSchema = z.enum([
  'kaiming-normal',
  'xavier-uniform',
  'default',
  'xavier-x0.1',
  'xavier-x10',
  'xavier-reference',
  'zero',
  'unit-gaussian',
]);

/** The conditions for stopping before the last step. */
const earlyStoppingSchema = z.strictObject({
  /** The metric that is watched at each evaluation. */
  metric: z.enum(['test_loss', 'test_accuracy']).default('test_loss'),
  /** Number of evaluations in a row without improvement after which the run stops. */
  patience: z.int().positive(),
  /** The smallest change that counts as an improvement. */
  minDelta: z.number().nonnegative().default(0),
});

/** The fields of {@link experimentConfigSchema}, for schemas that have more. */
export const experimentFields = {
  /** The run's name, such as `ablation/mine`: a folder below `runs/`. */
  run: nameSchema,
  /** The seed of every random number, as for torch.manual_seed. */
  seed: seedSchema.default(0),
  /**
   * `simple-net` has the same layers below `net.`: the notebook's class of that name, and its keys
   * in a state dict.
   */
  network: z.enum(['mlp', 'simple-net']).default('mlp'),
  /** Number of pixels of an image. */
  inputSize: z.literal(784).default(784),
  /** Number of classes; more than the data's ten only waste weights. */
  outputSize: z.int().min(10).default(10),
  /** Widths of the hidden layers, from the first to the last. */
  hiddenSizes: z.array(count).default([512, 512, 512, 512]),
  activation: z.enum(['relu', 'tanh', 'sigmoid']).default('relu'),
  normalization: z.enum(['none', 'layernorm', 'batchnorm']).default('layernorm'),
  /**
   * The position of the normalization: before the activation as in section 6, or after it as in
   * sections 2 and 3.
   */
  normalizationPlace: z.enum(['before-activation', 'after-activation']).default('before-activation'),
  /**
   * Probability with which dropout sets a value to 0, after each hidden layer; 0 omits the layers.
   */
  dropout: z.number().min(0).max(1).default(0),
  init: initSchema.default('kaiming-normal'),
  /** Number of images of a batch. */
  batchSize: count.default(128),
  /** Number of batches of one step, which uses the mean gradient over all of their images. */
  accumulate: count.default(1),
  /** Number of updates of the weights. */
  maxSteps: count.default(10_000),
  optimizer: z.enum(['adamw', 'adam', 'sgd']).default('adamw'),
  learningRate: rateSchema.positive().default(3e-4),
  /** The momentum, for SGD only. */
  momentum: z.number().min(0).max(1).default(0),
  /** Weight decay of every parameter, as in PyTorch; decoupled for adamw, L2 for the others. */
  weightDecay: z.number().nonnegative().default(0),
  /** The schedule of the learning rate; null keeps it constant. */
  schedule: scheduleSchema.nullable().default(null),
  /** Number of steps in which the rate rises to the schedule's first rate. */
  warmupSteps: z.int().nonnegative().default(0),
  /** The largest norm of all gradients together; null does not clip. */
  clipGradNorm: z.number().positive().nullable().default(null),
  /**
   * Number of steps between evaluations on the test set. The last step is always evaluated; null
   * means that step alone.
   */
  evaluateEvery: count.nullable().default(500),
  /** Number of steps between checkpoints; an evaluation always writes one too. */
  checkpointEvery: count.default(500),
  /**
   * Early stopping, after which the model has the best weights, however the run ended; null for
   * none.
   */
  earlyStopping: earlyStoppingSchema.nullable().default(null),
};

/** The keys of the settings that are objects. */
export const nestedKeys = { earlyStopping: Object.keys(earlyStoppingSchema.shape), schedule: scheduleKeys };

/**
 * The config of one experiment: the exercise's `ExperimentConfig` with its defaults (784-4×512-10,
 * relu, LayerNorm, Kaiming's initialization, AdamW at 3e-4, batches of 128, 10,000 steps, an
 * evaluation every 500). An unknown key is an error.
 */
export const experimentConfigSchema = z.strictObject(experimentFields);

/** See {@link experimentConfigSchema}. */
export type ExperimentConfig = z.output<typeof experimentConfigSchema>;
/**
 * The config of an experiment as a user writes it: the name, and the settings that differ from the
 * defaults.
 */
export type ExperimentOptions = z.input<typeof experimentConfigSchema>;

/** The data of a config. */
export const dataSchema = z.strictObject({
  name: z.enum(['full', 'sample', 'custom']),
  trainImages: z.int().positive(),
  testImages: z.int().positive(),
  /** SHA-256 over the images and labels of both splits. */
  sha256: z.string(),
});

/**
 * Everything that decides the numbers of a run; `config.json` in its folder. An unknown key is an
 * error.
 */
export const runConfigSchema = z.strictObject({
  ...experimentFields,
  /** The backend. It is part of the config, since two backends differ in the last bits of a sum. */
  backend: z.enum(['native', 'tensorflow', 'wasm', 'cpu']),
  data: dataSchema,
});

/** See {@link runConfigSchema}. */
export type RunConfig = z.output<typeof runConfigSchema>;

/**
 * Describes the problem of settings that contradict each other, or that are too large together;
 * null if there is none.
 */
export function checkCombination(
  config: Pick<ExperimentConfig, 'optimizer' | 'momentum' | 'earlyStopping' | 'evaluateEvery'> & SizeConfig,
): string | null {
  if (config.earlyStopping && config.evaluateEvery === null) {
    return 'earlyStopping watches the evaluations on the way, and evaluateEvery is null: there are none. Set it to a number of steps';
  }
  if (config.momentum !== 0 && config.optimizer !== 'sgd') {
    return `momentum is ${config.momentum}, which is SGD's alone; the optimizer is ${config.optimizer}. Set its momentum to 0, or optimizer to "sgd"`;
  }
  return tooManyWeights(config);
}

import { z } from 'zod';
import { rateSchema, scheduleKeys, scheduleSchema } from './schedule-config.js';
import { seedSchema } from './seed.js';
import { type SizeConfig, tooManyWeights } from './weight-count.js';

/** A name that is a folder's too: parts of letters, digits and `._-`, with slashes between. */
const nameSchema = z
  .string()
  .regex(/^[A-Za-z0-9][\w.-]*(\/[A-Za-z0-9][\w.-]*)*$/, {
    error: 'a name has letters, digits and ._- in it, with slashes between, as "mine/wide"',
  })
  .refine((name) => !/^sample(\/|$)|(^|\/)seed-/.test(name), {
    error: '"sample/" and "seed-" are folders of other runs',
  });

/** A number of at least 1; a width or a count. */
const count = z.int().positive();

/** How a network begins: see `initializations.ts`. `default` is what `Linear` draws by itself, as PyTorch's does. */
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

/** When to stop before the last step. */
const earlyStoppingSchema = z.strictObject({
  /** What is watched, at each evaluation. */
  metric: z.enum(['test_loss', 'test_accuracy']).default('test_loss'),
  /** The run stops when this many evaluations in a row were no better than the best. */
  patience: z.int().positive(),
  /** How much better counts. */
  minDelta: z.number().nonnegative().default(0),
});

/** The fields of {@link experimentConfigSchema}, for schemas that have more. */
export const experimentFields = {
  /** What the run is called, as `ablation/mine`: a folder below `runs/`. */
  run: nameSchema,
  /** The seed of every random number, as torch.manual_seed's. */
  seed: seedSchema.default(0),
  /** `simple-net` has the same layers below `net.`: the notebook's class of that name, and its keys in a state dict. */
  network: z.enum(['mlp', 'simple-net']).default('mlp'),
  /** Pixels of an image. */
  inputSize: z.literal(784).default(784),
  /** Classes; more than the ten of the data only waste weights. */
  outputSize: z.int().min(10).default(10),
  /** Widths of the hidden layers, from the first to the last. */
  hiddenSizes: z.array(count).default([512, 512, 512, 512]),
  activation: z.enum(['relu', 'tanh', 'sigmoid']).default('relu'),
  normalization: z.enum(['none', 'layernorm', 'batchnorm']).default('layernorm'),
  /** Where it stands: before the activation as in section 6, or after it as in sections 2 and 3. */
  normalizationPlace: z.enum(['before-activation', 'after-activation']).default('before-activation'),
  /** Probability that dropout sets a value to 0, after each hidden layer; 0 leaves the layers out. */
  dropout: z.number().min(0).max(1).default(0),
  init: initSchema.default('kaiming-normal'),
  /** Images a batch. */
  batchSize: count.default(128),
  /** How many batches make one step: their gradients' mean, each image counting alike. */
  accumulate: count.default(1),
  /** Updates of the weights. */
  maxSteps: count.default(10_000),
  optimizer: z.enum(['adamw', 'adam', 'sgd']).default('adamw'),
  learningRate: rateSchema.positive().default(3e-4),
  /** SGD's alone. */
  momentum: z.number().min(0).max(1).default(0),
  /** Of every parameter, as PyTorch's; decoupled for adamw, L2 for the others. */
  weightDecay: z.number().nonnegative().default(0),
  /** How the rate changes; null keeps it. */
  schedule: scheduleSchema.nullable().default(null),
  /** Steps in which the rate climbs to where the schedule begins. */
  warmupSteps: z.int().nonnegative().default(0),
  /** The largest norm of all gradients together; null does not clip. */
  clipGradNorm: z.number().positive().nullable().default(null),
  /** Steps between evaluations on the test set; there is always one after the last step, and with null no other. */
  evaluateEvery: count.nullable().default(500),
  /** Steps between checkpoints; there is always one at an evaluation. */
  checkpointEvery: count.default(500),
  /** Ends the run early, and gives back the best weights however it ended; null does neither. */
  earlyStopping: earlyStoppingSchema.nullable().default(null),
};

/** The keys of the settings that are objects. */
export const nestedKeys = { earlyStopping: Object.keys(earlyStoppingSchema.shape), schedule: scheduleKeys };

/**
 * What one experiment is: the exercise's `ExperimentConfig`, with its defaults (784-4×512-10, relu, LayerNorm, Kaiming's
 * start, AdamW at 3e-4, batches of 128, 10,000 steps, an evaluation every 500). An unknown key is an error.
 */
export const experimentConfigSchema = z.strictObject(experimentFields);

/** See {@link experimentConfigSchema}. */
export type ExperimentConfig = z.output<typeof experimentConfigSchema>;
/** An experiment as a person writes it: the name, and what differs from the defaults. */
export type ExperimentOptions = z.input<typeof experimentConfigSchema>;

/** What a config says of the data. */
export const dataSchema = z.strictObject({
  name: z.enum(['full', 'sample', 'custom']),
  trainImages: z.int().positive(),
  testImages: z.int().positive(),
  /** SHA-256 over the images and labels of both splits. */
  sha256: z.string(),
});

/** Everything that decides the numbers of a run; `config.json` in its folder. An unknown key is an error. */
export const runConfigSchema = z.strictObject({
  ...experimentFields,
  /** Part of the config because two backends differ in the last bits of a sum. */
  backend: z.enum(['native', 'tensorflow', 'wasm', 'cpu']),
  data: dataSchema,
});

/** See {@link runConfigSchema}. */
export type RunConfig = z.output<typeof runConfigSchema>;

/** What is wrong with settings that have no meaning beside each other, or are too large together. */
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

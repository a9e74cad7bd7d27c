import type * as tf from '@tensorflow/tfjs-core';
import type { FashionMnistDataset } from '@trainkit/fashion-mnist';
import type { Module } from '@trainkit/nn';
import { Generator } from '@trainkit/random';
import type { ExperimentConfig, RunConfig } from '../config/schema.js';
import type { Dataset } from '../data/load.js';
import type { Progress } from '../terminal/progress.js';
import { UserError } from '../terminal/user-error.js';
import { evaluate } from './evaluate.js';
import { isEvaluationScheduled } from './scheduled.js';
import { Training } from './training.js';
import type { TrainingState } from './training-state.js';

/** A number that is not finite. */
export class Divergence extends Error {
  /** Which number, for a sentence that begins with "The". */
  readonly what: string;
  /** The step that gave it; null where the weights as they are give it. */
  readonly step: number | null;

  constructor(what: string, step: number | null) {
    super(what);
    this.what = what;
    this.step = step;
  }
}

/** The training that diverged. */
interface Diverged {
  config: RunConfig;
  data: Dataset;
  training: Training;
  /** Its last checkpoint; null where there is none yet. */
  saved: { state: TrainingState; path: string } | null;
  progress: Progress;
  /** Called after each step on the way there again. */
  breathe: () => Promise<void>;
}

/** What to tell the person: also the layer, which the numbers of the step alone do not tell, and what to do. */
export async function explainDivergence(
  { step, what }: Divergence,
  { config, data, training, saved, progress, breathe }: Diverged,
): Promise<UserError> {
  const from = saved?.state ?? null;
  progress.say(`The ${what}. Looking for the layer, from step ${from?.step ?? 0} on…`);
  const cause =
    step === null
      ? await findInEvaluation(training.model, data.test)
      : await findInTraining({ config, data, from, step, breathe });
  const good = saved
    ? `The last good checkpoint is that of step ${saved.state.step}: ${saved.path}.`
    : 'There is no checkpoint from before.';
  return new UserError(
    `${config.run} diverged: the ${what}; ${cause}. ${good} Try a smaller learningRate, or clipGradNorm.`,
  );
}

/** Where a training went wrong, and what it takes to go there again. */
interface DivergenceOptions {
  config: ExperimentConfig;
  data: Pick<Dataset, 'train' | 'test'>;
  /** The last good state, or null for the start. */
  from: TrainingState | null;
  /** The step whose loss is not finite. */
  step: number;
  /** Called after each step on the way. */
  breathe: () => Promise<void>;
}

/**
 * Finds where the first number is that is not finite, by training once more from the last good state: as it is exact,
 * it goes wrong in the same place.
 *
 * @returns a part of a sentence that names the layer: `the output of 3 (ReLU) is infinite`
 */
export async function findInTraining({
  config,
  data,
  from,
  step,
  breathe,
}: DivergenceOptions): Promise<string> {
  const training = new Training(config, data);
  try {
    if (from) training.restore(from);
    while (training.step < step - 1) {
      // An evaluation draws, so it belongs to the way.
      if (evaluationFollows(config, training)) await training.evaluate(breathe);
      dispose(training.trainStep({ gradientNorm: false, gradients: false }));
      await breathe();
    }
    if (evaluationFollows(config, training)) await training.evaluate(breathe);
    const broken = firstBrokenWeight(training.model);
    if (broken) return `the ${broken} after the update of step ${training.step}`;
    const outputs: string[] = [];
    watch(training.model, (what) => outputs.push(what));
    dispose(training.trainStep({ gradientNorm: false, gradients: false }));
    return outputs[0] ?? REPEATED;
  } finally {
    training.dispose();
  }
}

/** Where the first number is that is not finite when the model, as it is, sees the first images of `data`. */
export async function findInEvaluation(model: Module, data: FashionMnistDataset): Promise<string> {
  const broken = firstBrokenWeight(model);
  if (broken) return `the ${broken}`;
  const outputs: string[] = [];
  const stop = watch(model, (what) => outputs.push(what));
  try {
    await evaluate(model, { data, generator: new Generator(0), breathe: async () => undefined });
  } finally {
    stop();
  }
  return outputs[0] ?? REPEATED;
}

/** The first weight that is not finite, in words; null where all are. */
export function firstBrokenWeight(model: Module): string | null {
  const variables = [
    ...model.namedParameters().map((named) => ['parameter', ...named] as const),
    // Running statistics: what BatchNorm predicts with.
    ...model.namedBuffers().map((named) => ['buffer', ...named] as const),
  ];
  for (const [kind, path, variable] of variables) {
    const value = firstNotFinite(variable);
    if (value !== undefined) return `${kind} ${path} is ${inWords(value)}`;
  }
  return null;
}

function evaluationFollows(config: ExperimentConfig, { step, evaluated }: Training): boolean {
  return !evaluated && isEvaluationScheduled(config, step);
}

/** Hears of each layer's output that is not finite, in the order of the forward pass, until what it returns is called. */
function watch(model: Module, report: (what: string) => void): () => void {
  const layers = model.namedModules().filter(([, module]) => module.children().length === 0);
  const removals = layers.map(([path, module]) =>
    module.registerForwardHook((_module, _input, output) => {
      const value = firstNotFinite(output);
      if (value !== undefined)
        report(`the output of ${path} (${module.constructor.name}) is ${inWords(value)}`);
    }),
  );
  return () => {
    for (const remove of removals) remove();
  };
}

const REPEATED = 'every layer is finite when it is done again, so the numbers are not the same twice';

function firstNotFinite(tensor: tf.Tensor): number | undefined {
  return Array.from(tensor.dataSync()).find((value) => !Number.isFinite(value));
}

function inWords(value: number): string {
  return Number.isNaN(value) ? 'NaN' : 'infinite';
}

function dispose(tensors: { loss: tf.Tensor; accuracy: tf.Tensor }): void {
  tensors.loss.dispose();
  tensors.accuracy.dispose();
}

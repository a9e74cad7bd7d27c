import { dispose, type Tensor } from '@tensorflow/tfjs-core';
import type { StepOutputs } from '../steps/train-step.js';
import { DivergenceError, type NotFinite } from './divergence.js';
import type { Locate } from './locate.js';
import type { Saved } from './saved.js';
import { firstBrokenWeight } from './trained-model.js';
import type { Training } from './training.js';

/** The training that diverged, and the means to repeat it. */
interface Diverged<Batch> {
  training: Training<Batch>;
  /** The last checkpoint; null if there is none. */
  saved: Saved | null;
  locate: Locate | null;
  validateEvery: number | undefined;
  signal: AbortSignal;
  /** Called after each repeated step. */
  yieldToEventLoop: () => Promise<void>;
}

/**
 * The error of a training that diverged: names the number, the layer, and the last good checkpoint.
 */
export async function explainDivergence<Batch>(
  found: NotFinite,
  diverged: Diverged<Batch>,
): Promise<DivergenceError> {
  const { training, saved } = diverged;
  const location = await locationOf(found, diverged);
  training.tear();
  const good = saved !== null && saved.step > 0;
  const checkpoint = good
    ? `the last good checkpoint is that of step ${saved.step}${saved.path === null ? '' : ` (${saved.path})`}`
    : 'there is no checkpoint from before';
  return new DivergenceError(
    `The training diverged: ${found.message}${location === null ? '' : `; ${location}`}; ${checkpoint}. Try a smaller learningRate, or clipGradNorm.`,
    {
      step: found.step,
      checkpoint: good ? saved.step : null,
      checkpointPath: good ? saved.path : null,
      found: found.message,
      location,
    },
  );
}

/** The origin of the number, as a clause; null if it is said already, or cannot be found. */
async function locationOf<Batch>(
  { where, step }: NotFinite,
  { training, saved, locate, validateEvery, signal, yieldToEventLoop }: Diverged<Batch>,
): Promise<string | null> {
  if (where === 'weights' || locate === null) return null;
  training.stopCapturing();
  if (where === 'validation') {
    const broken = firstBrokenWeight(await training.readModel());
    if (broken !== null) return broken;
    return locate(async () => {
      await training.validate({ signal });
    });
  }
  if (saved === null) return null;
  // Resuming is exact, so the training diverges at the same step.
  await training.load(await saved.file());
  for (;;) {
    const isDue = training.step > 0 && validateEvery !== undefined && training.step % validateEvery === 0;
    if (isDue && !training.validated) await training.validate({ signal });
    if (training.step >= step - 1) break;
    // Ctrl-C ends the run without the search for the layer.
    if (signal.aborted) return null;
    await stepOn(training);
    await yieldToEventLoop();
  }
  const broken = firstBrokenWeight(await training.readModel());
  if (broken !== null) return `${broken} after the update of step ${training.step}`;
  return (await locate(() => stepOn(training))) ?? 'every layer is finite when the step is repeated';
}

async function stepOn<Batch>(training: Training<Batch>): Promise<void> {
  dispose(tensorsOf(await training.takeStep({ gradientNorm: false, gradients: false })));
}

function tensorsOf({ loss, tensors, gradientNorm, gradients }: StepOutputs): Tensor[] {
  return [
    loss,
    ...Object.values(tensors),
    ...(gradientNorm === undefined ? [] : [gradientNorm]),
    ...Object.values(gradients ?? {}),
  ];
}

import type { RunConfig } from '../config/run-config.js';
import type { Dataset } from '../data.js';
import type { Progress } from '../progress.js';
import { UserError } from '../user-error.js';
import { findInEvaluation, findInTraining } from './find-divergence.js';
import type { Training } from './training.js';
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

import type { MistakeName } from '../mistakes.js';
import { type Observations, observe, type Recorder } from './observation.js';

/**
 * A mistake and the flag of the model that makes it. A mistake with several forms has a hypothesis
 * for each.
 */
export interface Hypothesis<Flag> {
  readonly mistake: MistakeName;
  readonly flag: Flag;
}

/**
 * The knowledge about a part: its possible mistakes, and the predicted observations for any set of
 * them.
 */
export interface Model<Flag> {
  /** The hypotheses; of two that give the same numbers the commoner comes first. */
  readonly hypotheses: readonly Hypothesis<Flag>[];
  /** Runs the scenario on the model with these mistakes. */
  play(flags: ReadonlySet<Flag>, record: Recorder): void;
}

/** The predicted observations for a part without mistakes, and with each mistake alone. */
interface Predictions<Flag> {
  readonly right: Observations;
  readonly alone: ReadonlyMap<Hypothesis<Flag>, Observations>;
}

/** A cache: predictions do not depend on the checked code, and take longer than a check. */
const PREDICTIONS = new WeakMap<object, unknown>();

export function predictionsOf<Flag>(model: Model<Flag>): Predictions<Flag> {
  const known = PREDICTIONS.get(model);
  if (isPredictions<Flag>(known)) return known;
  const play = (...flags: Flag[]) => observe((record) => model.play(new Set(flags), record));
  const alone = new Map(model.hypotheses.map((hypothesis) => [hypothesis, play(hypothesis.flag)] as const));
  const predictions = { right: play(), alone };
  PREDICTIONS.set(model, predictions);
  return predictions;
}

/** True for predictions of the model's own flags; the cache stores no others under a model. */
function isPredictions<Flag>(value: unknown): value is Predictions<Flag> {
  return value !== undefined;
}

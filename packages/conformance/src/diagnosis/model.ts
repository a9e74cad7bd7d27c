import type { MistakeName } from '../mistakes.js';
import { type Observations, observe, type Recorder } from './observation.js';

/** A mistake, and how the model makes it; one mistake may be made in several ways, a hypothesis for each. */
export interface Hypothesis<Flag> {
  readonly mistake: MistakeName;
  readonly flag: Flag;
}

/** What is known of a part: which mistakes there are, and what the checks would see of any set of them. */
export interface Model<Flag> {
  /** The commoner of two that give the same numbers comes first. */
  readonly hypotheses: readonly Hypothesis<Flag>[];
  /** Plays the scenario on the model with these mistakes. */
  play(flags: ReadonlySet<Flag>, record: Recorder): void;
}

/** What the checks would see of a part without mistakes, and of one with each mistake alone. */
interface Predictions<Flag> {
  readonly right: Observations;
  readonly alone: ReadonlyMap<Hypothesis<Flag>, Observations>;
}

/** They are the same for whatever is checked, and take longer than a check. */
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

/** A model has predictions of its own flags only. */
function isPredictions<Flag>(value: unknown): value is Predictions<Flag> {
  return value !== undefined;
}

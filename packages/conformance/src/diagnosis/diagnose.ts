import type { MistakeName } from '../mistakes.js';
import type { Diagnosis } from '../report.js';
import { agrees } from './compare.js';
import { explain, type Names } from './explain.js';
import {
  ANYTHING,
  attempt,
  Failure,
  type Observation,
  type Observations,
  observe,
  type Recorder,
} from './observation.js';

/** A mistake, and how the model makes it; one mistake may be made in several ways, a hypothesis for each. */
export interface Hypothesis<Flag> {
  readonly mistake: MistakeName;
  readonly flag: Flag;
}

/** What is known of a part: which mistakes there are, and what the checks would see of any set of them. */
export interface Model<Flag> {
  readonly hypotheses: readonly Hypothesis<Flag>[];
  /** Plays the script on the model with these mistakes. */
  play(flags: ReadonlySet<Flag>, record: Recorder): void;
}

/** What is found out about the failed checks of a part. */
export type Diagnoses = ReadonlyMap<string, Diagnosis>;

/**
 * Finds the mistakes that explain what the checks saw.
 *
 * The first of these that is true:
 * 1. Mistakes that explain all checks, those that passed too. One is the diagnosis; of several each is a candidate.
 * 2. Pairs that do. What all those pairs have in common is the diagnosis, the rest are candidates.
 * 3. A failed check by itself is explained by one mistake.
 * Else it is unclear, and the diagnosis says so.
 */
export function diagnose<Flag>(
  seen: Observations,
  failed: ReadonlySet<string>,
  model: Model<Flag>,
  tolerance: number,
): Diagnoses {
  const predictions = new Map(
    model.hypotheses.map((one) => [one, observe((record) => model.play(new Set([one.flag]), record))]),
  );
  const fits = (prediction: Observations, check: string) =>
    agrees(seen.get(check)!, prediction.get(check) ?? ANYTHING, tolerance);
  const namesWhere = (matches: (prediction: Observations) => boolean) =>
    unique([...predictions].flatMap(([{ mistake }, prediction]) => (matches(prediction) ? [mistake] : [])));
  const alone = (check: string) => {
    // Code that threw may have done so for any reason, and so may NaN have come; by itself that names nothing.
    const value = seen.get(check);
    if (value instanceof Failure ? value.kind !== 'constant' : !value?.every(Number.isFinite)) return [];
    return namesWhere((prediction) => prediction.get(check) !== ANYTHING && fits(prediction, check));
  };
  const forEachFailed = (names: (check: string) => Names) =>
    new Map([...failed].map((check) => [check, explain(names(check), seen.get(check)!)]));

  const weigh = (flags: readonly Flag[]) => explained(model, new Set(flags), seen, failed, tolerance);
  const single = unique(best(model.hypotheses, ({ flag }) => weigh([flag])).map(({ mistake }) => mistake));
  if (single.length > 0) {
    return forEachFailed(() =>
      single.length === 1 ? { mistakes: single, candidates: [] } : { mistakes: [], candidates: single },
    );
  }
  const pairs = best(pairsOf(model.hypotheses), ([one, other]) => weigh([one.flag, other.flag]));
  if (pairs.length > 0) {
    const sets = pairs.map((pair) => pair.map(({ mistake }) => mistake));
    const common = unique(sets.flat()).filter((name) => sets.every((set) => set.includes(name)));
    const candidates = unique(sets.flat()).filter((name) => !common.includes(name));
    return forEachFailed((check) => {
      const local = alone(check).filter((name) => common.includes(name));
      return local.length === 1 ? { mistakes: local, candidates: [] } : { mistakes: common, candidates };
    });
  }
  return forEachFailed((check) => {
    const names = alone(check);
    return names.length === 1 ? { mistakes: names, candidates: [] } : { mistakes: [], candidates: names };
  });
}

/**
 * How many failed checks these mistakes explain by what they predict, not by leaving it open; −1 where they contradict
 * anything that was seen. Stops at the first contradiction.
 */
function explained<Flag>(
  model: Model<Flag>,
  flags: ReadonlySet<Flag>,
  seen: Observations,
  failed: ReadonlySet<string>,
  tolerance: number,
): number {
  let count = 0;
  model.play(flags, (check, measure) => {
    const value = seen.get(check);
    // A check that is only warned of, or one after a contradiction.
    if (count < 0 || value === undefined) return;
    const predicted = attempt(measure);
    if (!agrees(value, predicted, tolerance)) count = -1;
    else if (failed.has(check) && isEvidence(predicted)) count++;
  });
  return count;
}

/** Whether a prediction that comes true speaks for its mistake: nothing but NaN may come of anything. */
function isEvidence(predicted: Observation): boolean {
  return predicted instanceof Failure ? predicted !== ANYTHING : predicted.some(Number.isFinite);
}

/** Those that explain the most; none where nothing explains anything. */
function best<T>(hypotheses: readonly T[], weigh: (hypothesis: T) => number): T[] {
  const weighed = hypotheses.map((hypothesis) => ({ hypothesis, weight: weigh(hypothesis) }));
  const most = Math.max(...weighed.map(({ weight }) => weight));
  return most <= 0 ? [] : weighed.flatMap(({ hypothesis, weight }) => (weight === most ? [hypothesis] : []));
}

function pairsOf<Flag>(
  hypotheses: readonly Hypothesis<Flag>[],
): (readonly [Hypothesis<Flag>, Hypothesis<Flag>])[] {
  return hypotheses.flatMap((one, i) =>
    hypotheses
      .slice(i + 1)
      .filter((other) => other.mistake !== one.mistake)
      .map((other) => [one, other] as const),
  );
}

function unique<T>(values: readonly T[]): T[] {
  return [...new Set(values)];
}

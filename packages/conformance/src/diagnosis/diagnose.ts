import type { MistakeName } from '../mistakes.js';
import type { Diagnosis } from '../report.js';
import { bitsOf, effectsOf, failedBits, pairsOf, possibleThrees } from './combinations.js';
import { agrees } from './compare.js';
import { explain, type Names } from './explain.js';
import { type Hypothesis, type Model, predictionsOf } from './model.js';
import { ANYTHING, attempt, Failure, type Observation, type Observations } from './observation.js';

/** The diagnoses of the failed checks of a part, by the check's name. */
export type Diagnoses = ReadonlyMap<string, Diagnosis>;

/**
 * The share of the failed checks with numbers that a mistake must explain to be named while others
 * stay unclear.
 */
const MAJORITY = 0.5;

/** The same share as {@link MAJORITY} for a mistake that changes none of the checks that passed. */
const QUARTER = 0.25;

/**
 * The largest number of sets of three mistakes to play. More sets are possible only where the
 * checks say little.
 */
const MOST_THREES = 12_000;

/** The largest number of mistakes that are listed as equally likely. */
const MOST_CANDIDATES = 4;

/**
 * Finds the mistakes that explain the observations.
 *
 * The first rule that applies decides:
 * 1. Mistakes that explain all checks, including those that passed. A single one is the diagnosis;
 *    of several, each is a candidate.
 * 2. Pairs of mistakes that explain all checks, else sets of three. The mistakes common to all sets
 *    are the diagnosis, the others are candidates.
 * 3. Rules 1 and 2 for the checks with numbers, where other checks threw: an error explains itself.
 * 4. A mistake that explains most of the failed checks is the diagnosis of these checks.
 * 5. Mistakes that give the observed NaN are candidates.
 *
 * If no rule applies, the diagnosis says that the cause is unclear. A mistake that explains a
 * minority of the failed checks is only a candidate for them, since the agreement may be a
 * coincidence.
 */
export function diagnose<Flag>(
  seen: Observations,
  failed: ReadonlySet<string>,
  model: Model<Flag>,
  tolerance: number,
): Diagnoses {
  const forEachFailed = (names: (check: string) => Names) =>
    new Map([...failed].map((check) => [check, explain(names(check), seen.get(check)!)]));
  const alone = matchesOf(seen, failed, model, tolerance);
  const thrown = (check: string): Names => {
    const value = seen.get(check);
    const names =
      value instanceof Failure && value.mistake !== null ? [value.mistake] : (alone.get(check) ?? []);
    return names.length === 1
      ? { mistakes: [...names], candidates: [] }
      : { mistakes: [], candidates: [...names] };
  };

  const common = together(seen, failed, model, tolerance);
  if (common !== null) return forEachFailed((check) => narrowed(common, alone.get(check) ?? []));

  const numbers = new Map([...seen].filter(([, value]) => !(value instanceof Failure)));
  const wrong = new Set([...failed].filter((check) => numbers.has(check)));
  const partial =
    wrong.size > 0 && numbers.size < seen.size ? together(numbers, wrong, model, tolerance) : null;
  if (partial !== null) {
    return forEachFailed((check) =>
      wrong.has(check) ? narrowed(partial, alone.get(check) ?? []) : thrown(check),
    );
  }

  const counts = new Map<MistakeName, number>();
  for (const check of wrong)
    for (const name of alone.get(check) ?? []) counts.set(name, (counts.get(name) ?? 0) + 1);
  // A mistake that would show in a check that passed needs more agreement than one that would not.
  const failedChecks = failedBits(seen, failed);
  const consistent = new Set(
    effectsOf(seen, model, tolerance).flatMap(({ hypothesis, changed }) =>
      (changed & ~failedChecks) === 0 ? [hypothesis.mistake] : [],
    ),
  );
  const likely = (name: MistakeName) =>
    (counts.get(name) ?? 0) >= wrong.size * (consistent.has(name) ? QUARTER : MAJORITY);
  const nan = notANumber(seen, failed, model, tolerance);
  return forEachFailed((check) => {
    const names = alone.get(check) ?? [];
    if (!wrong.has(check)) return thrown(check);
    const [first, ...others] = names.filter(likely);
    if (first !== undefined) {
      return others.length === 0
        ? { mistakes: [first], candidates: [] }
        : { mistakes: [], candidates: [first, ...others].slice(0, MOST_CANDIDATES) };
    }
    const rest = names.length > 0 ? names : seenNaN(seen.get(check)!) ? nan : [];
    return { mistakes: [], candidates: rest.slice(0, MOST_CANDIDATES) };
  });
}

/** The mistakes, single or combined, that explain all observations; null if there are none. */
function together<Flag>(
  seen: Observations,
  failed: ReadonlySet<string>,
  model: Model<Flag>,
  tolerance: number,
): Names | null {
  const weigh = (hypotheses: readonly Hypothesis<Flag>[]) =>
    explained(model, new Set(hypotheses.map(({ flag }) => flag)), seen, failed, tolerance);
  const { alone } = predictionsOf(model);
  const single = unique(
    best([...alone], ([, prediction]) => agreement(seen, failed, prediction, tolerance)).map(
      ([{ mistake }]) => mistake,
    ),
  );
  if (single.length > 0) {
    return single.length === 1 ? { mistakes: single, candidates: [] } : { mistakes: [], candidates: single };
  }
  const pairs = best(pairsOf(model.hypotheses).filter(mayThrow(seen, model)), weigh);
  if (pairs.length > 0) return inCommon(pairs);
  const effects = effectsOf(seen, model, tolerance);
  const bits = failedBits(seen, failed);
  const all = possibleThrees(effects, bits, false);
  const threes = all.length > MOST_THREES ? possibleThrees(effects, bits, true) : all;
  const fitting = threes.length > MOST_THREES ? [] : best(threes, weigh);
  return fitting.length > 0 ? inCommon(fitting) : null;
}

/**
 * True if some set of mistakes throws, or may throw, in every check in which the checked code
 * threw.
 */
function mayThrow<Flag>(
  seen: Observations,
  model: Model<Flag>,
): (set: readonly Hypothesis<Flag>[]) => boolean {
  const { alone } = predictionsOf(model);
  const checks = [...seen].flatMap(([check, value]) => (didThrow(value) ? [check] : []));
  const throws = new Map(
    model.hypotheses.map((hypothesis) => [
      hypothesis,
      bitsOf(checks, (check) => didThrow(alone.get(hypothesis)?.get(check) ?? ANYTHING)),
    ]),
  );
  const all = bitsOf(checks, () => true);
  return (set) => set.reduce((bits, one) => bits | (throws.get(one) ?? 0), 0) === all;
}

/** The mistakes common to all sets, and of the others those that may be made. */
function inCommon<Flag>(hypotheses: readonly (readonly Hypothesis<Flag>[])[]): Names {
  const sets = hypotheses.map((set) => set.map(({ mistake }) => mistake));
  const all = unique(sets.flat());
  const common = all.filter((name) => sets.every((set) => set.includes(name)));
  return { mistakes: common, candidates: all.filter((name) => !common.includes(name)) };
}

/**
 * The mistake that one check shows by itself, among several made together; all of them if it shows
 * none.
 */
function narrowed({ mistakes, candidates }: Names, local: readonly MistakeName[]): Names {
  const shown = local.filter((name) => mistakes.includes(name));
  const isOne = mistakes.length > 1 && shown.length === 1;
  return isOne ? { mistakes: shown, candidates: [] } : { mistakes, candidates };
}

/** For each failed check the mistakes that explain it alone, the commoner first. */
function matchesOf<Flag>(
  seen: Observations,
  failed: ReadonlySet<string>,
  model: Model<Flag>,
  tolerance: number,
): ReadonlyMap<string, readonly MistakeName[]> {
  const predictions = [...predictionsOf(model).alone].map(
    ([{ mistake }, prediction]) => [mistake, prediction] as const,
  );
  return new Map(
    [...failed].map((check) => {
      const value = seen.get(check)!;
      const names = predictions.flatMap(([mistake, prediction]) => {
        const predicted = prediction.get(check) ?? ANYTHING;
        if (predicted === ANYTHING || !agrees(value, predicted, tolerance)) return [];
        // An error or a NaN can have any cause, so by itself it names no mistake.
        if (!(value instanceof Failure)) return value.every(Number.isFinite) ? [mistake] : [];
        return value.kind === 'constant' || thrownIn(seen) === thrownIn(prediction) ? [mistake] : [];
      });
      return [check, unique(names)];
    }),
  );
}

/** The names of the checks that threw, as one string. */
function thrownIn(seen: Observations): string {
  return JSON.stringify([...seen].flatMap(([check, value]) => (didThrow(value) ? [check] : [])));
}

function didThrow(value: Observation): boolean {
  return value instanceof Failure && value.kind !== 'constant';
}

/** The mistakes that predict NaN in the checks with NaN and the observed numbers in the others. */
function notANumber<Flag>(
  seen: Observations,
  failed: ReadonlySet<string>,
  model: Model<Flag>,
  tolerance: number,
): readonly MistakeName[] {
  if (![...failed].some((check) => seenNaN(seen.get(check)!))) return [];
  return unique(
    [...predictionsOf(model).alone].flatMap(([{ mistake }, prediction]) => {
      const fits = [...seen].every(([check, value]) => {
        const predicted = prediction.get(check) ?? ANYTHING;
        return predicted !== ANYTHING && agrees(value, predicted, tolerance);
      });
      return fits ? [mistake] : [];
    }),
  );
}

function seenNaN(value: Observation): boolean {
  return !(value instanceof Failure) && value.some(Number.isNaN);
}

/**
 * The number of failed checks whose observation these mistakes predict exactly; −1 where a
 * prediction contradicts an observation. Stops at the first contradiction.
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
    // A check that only gives a warning, or any check after a contradiction.
    if (count < 0 || value === undefined) return;
    const predicted = attempt(measure);
    if (!agrees(value, predicted, tolerance)) count = -1;
    else if (failed.has(check) && isEvidence(predicted)) count++;
  });
  return count;
}

/** The same as {@link explained}, with predictions that are already computed. */
function agreement(
  seen: Observations,
  failed: ReadonlySet<string>,
  prediction: Observations,
  tolerance: number,
): number {
  let count = 0;
  for (const [check, value] of seen) {
    const predicted = prediction.get(check) ?? ANYTHING;
    if (!agrees(value, predicted, tolerance)) return -1;
    if (failed.has(check) && isEvidence(predicted)) count++;
  }
  return count;
}

/**
 * True if a prediction that comes true supports its mistake; a prediction of NaN alone does not,
 * since NaN has many causes.
 */
function isEvidence(predicted: Observation): boolean {
  return predicted instanceof Failure
    ? predicted !== ANYTHING
    : predicted.some((value) => !Number.isNaN(value));
}

/** The hypotheses that explain the most checks; none if no hypothesis explains any. */
function best<T>(hypotheses: readonly T[], weigh: (hypothesis: T) => number): T[] {
  const weighed = hypotheses.map((hypothesis) => ({ hypothesis, weight: weigh(hypothesis) }));
  const most = weighed.reduce((so, { weight }) => Math.max(so, weight), 0);
  return most <= 0 ? [] : weighed.flatMap(({ hypothesis, weight }) => (weight === most ? [hypothesis] : []));
}

function unique<T>(values: readonly T[]): T[] {
  return [...new Set(values)];
}

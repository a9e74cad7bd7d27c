import { agrees } from './compare.js';
import { type Hypothesis, type Model, predictionsOf } from './model.js';
import { ANYTHING, type Observations } from './observation.js';

/** The effect of one mistake on the checks, as bit masks with a bit for each check. */
interface Effect<Flag> {
  readonly hypothesis: Hypothesis<Flag>;
  /** The checks whose numbers the mistake changes. */
  readonly changed: number;
  /** The checks in which the mistake reproduces the observation. */
  readonly matched: number;
}

/** Computes the effect of each mistake made alone. */
export function effectsOf<Flag>(
  seen: Observations,
  model: Model<Flag>,
  tolerance: number,
): readonly Effect<Flag>[] {
  const checks = [...seen.keys()];
  const { right, alone } = predictionsOf(model);
  return [...alone].map(([hypothesis, prediction]): Effect<Flag> => {
    const changed = bitsOf(checks, (check) => {
      const predicted = prediction.get(check) ?? ANYTHING;
      return predicted === ANYTHING || !agrees(predicted, right.get(check) ?? ANYTHING, tolerance);
    });
    const matched = bitsOf(checks, (check) =>
      agrees(seen.get(check)!, prediction.get(check) ?? ANYTHING, tolerance),
    );
    return { hypothesis, changed, matched };
  });
}

export function failedBits(seen: Observations, failed: ReadonlySet<string>): number {
  return bitsOf([...seen.keys()], (check) => failed.has(check));
}

export function bitsOf(checks: readonly string[], isSet: (check: string) => boolean): number {
  return checks.reduce((bits, check, i) => (isSet(check) ? bits | (1 << i) : bits), 0);
}

/**
 * The sets of three mistakes that may together explain the observations. Each failed check must be
 * changed by at least one of the three; a check that only one of them changes must be reproduced by
 * it.
 */
export function possibleThrees<Flag>(
  effects: readonly Effect<Flag>[],
  failed: number,
  anchoredOnly: boolean,
): readonly (readonly Hypothesis<Flag>[])[] {
  const sets: (readonly Hypothesis<Flag>[])[] = [];
  for (const [i, a] of effects.entries()) {
    for (const [j, b] of effects.entries()) {
      if (j <= i || a.hypothesis.mistake === b.hypothesis.mistake) continue;
      for (let k = j + 1; k < effects.length; k++) {
        const c = effects[k]!;
        const several = (a.changed & b.changed) | (a.changed & c.changed) | (b.changed & c.changed);
        const contradicted = (a.changed & ~a.matched) | (b.changed & ~b.matched) | (c.changed & ~c.matched);
        if ((contradicted & ~several) !== 0 || (failed & ~(a.changed | b.changed | c.changed)) !== 0)
          continue;
        const { mistake } = c.hypothesis;
        if (mistake === a.hypothesis.mistake || mistake === b.hypothesis.mistake) continue;
        if (anchoredOnly && !isAnchored(a, b, c, failed)) continue;
        sets.push([a.hypothesis, b.hypothesis, c.hypothesis]);
      }
    }
  }
  return sets;
}

/** True if one of three mistakes alone explains failed checks that the other two do not change. */
function isAnchored<Flag>(a: Effect<Flag>, b: Effect<Flag>, c: Effect<Flag>, failed: number): boolean {
  const anchors = (one: Effect<Flag>, others: number) => {
    const own = one.changed & one.matched & failed;
    return own !== 0 && (own & others) === 0;
  };
  return (
    anchors(a, b.changed | c.changed) ||
    anchors(b, a.changed | c.changed) ||
    anchors(c, a.changed | b.changed)
  );
}

/** All pairs of different mistakes. */
export function pairsOf<Flag>(
  hypotheses: readonly Hypothesis<Flag>[],
): (readonly [Hypothesis<Flag>, Hypothesis<Flag>])[] {
  return hypotheses.flatMap((one, i) =>
    hypotheses
      .slice(i + 1)
      .filter((other) => other.mistake !== one.mistake)
      .map((other) => [one, other] as const),
  );
}

import { finding } from '../diagnosis/finding.js';
import { attempt, Failure, numbersOrThrow, once } from '../diagnosis/observation.js';
import type { MistakeName } from '../mistakes.js';
import { type CheckResult, type PartReport, partReport, type Warning } from '../report.js';
import { construct } from '../subject/construct.js';
import { detectConvention } from '../subject/conventions.js';
import { LayerSubject } from '../subject/layer.js';
import { disposingCreated, disposingSubjects } from '../subject/tensor-scope.js';
import { detectTrainingArgument, type TrainingArgument } from '../subject/training-argument.js';
import { dropsLines, INPUT, type Masked, near, SIDE, sameMask, unmask } from './masks.js';

/** The probability p in most checks: p, 1 − p and their inverses all differ. */
const P = 0.25;

/** A second p, to detect effects that do not depend on p. */
const OTHER_P = 0.625;

/**
 * The number of calls that detect a single draw for all elements, which drops everything or
 * nothing. By chance, 1 run in 10,000 shows only one of the two.
 */
const CALLS = 32;

/** The number of masks whose dropped elements are counted. */
const COUNTED = 5;

/**
 * Six standard deviations of the dropped share among 10,000 elements: a right dropout exceeds it
 * once in 500 million runs.
 */
const SHARE_TOLERANCE = 6 * Math.sqrt((P * (1 - P)) / (SIDE * SIDE));

/** The tolerance where whole rows are dropped: 100 draws can only tell p from 1 − p. */
const COARSE_TOLERANCE = 0.24;

/** The ways in which a dropout may receive p. */
const CONVENTIONS: [(p: number) => unknown[], (p: number) => unknown[]] = [
  (p) => [p],
  (p) => [{ p, rate: p }],
];

/**
 * Checks any inverted dropout against the laws of `torch.nn.Dropout`: the dropped share, the
 * factor, a new mask in each call, evaluation, p = 0 and p = 1, the gradient.
 *
 * There are no golden masks, since a right dropout may draw from any generator. The mask is read
 * from the output. A right dropout exceeds the bounds on its shares once in 500 million runs.
 *
 * @param subject a class, `new Dropout(p)`, or a function that returns such an object; the README
 *   lists the names that are accepted
 * @returns a result for each check; the check never throws and leaves no tensor behind, whatever
 *   the checked code does
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs';
 * import { checkDropout } from '@trainkit/conformance';
 *
 * class Vanilla {
 *   training = true;
 *   p: number;
 *   constructor(p: number) {
 *     this.p = p;
 *   }
 *   forward(x: tf.Tensor) {
 *     if (!this.training) return tf.mul(x, 1 - this.p);
 *     return tf.mul(x, tf.cast(tf.greaterEqual(tf.randomUniform(x.shape), this.p), 'float32'));
 *   }
 * }
 *
 * console.log(checkDropout(Vanilla).mistakes); // → [ 'scaling-in-evaluation' ]
 * ```
 */
export function checkDropout(subject: unknown): PartReport {
  const { results, warnings } = disposingSubjects((made) => checks(subject, made));
  return partReport('Dropout', results, warnings);
}

function checks(
  subject: unknown,
  made: { dispose(): void }[],
): { results: CheckResult[]; warnings: Warning[] } {
  const open = (args: readonly unknown[], trainingArgument?: TrainingArgument) =>
    new LayerSubject(construct(subject, args), 'Dropout', trainingArgument);
  const shareOf = (p: number, convention: (p: number) => unknown[]) =>
    attempt(() => disposingCreated(() => unmask(open(convention(p)).run(INPUT, true)).share));
  // A constructor with an options object reads a number as options without p, and uses its default.
  // A second p shows this.
  const convention =
    CONVENTIONS.find((candidate) => {
      const [few, many] = [shareOf(P, candidate), shareOf(1 - P, candidate)];
      return typeof few === 'number' && typeof many === 'number' && Math.abs(few - many) > P;
    }) ?? detectConvention(CONVENTIONS, (candidate) => open(candidate(P)).run(INPUT, true));
  // Two random masks always differ, so only the presence of a mask is compared.
  const trainingArgument = detectTrainingArgument((candidate, training) => [
    unmask(open(convention(P), candidate).run(INPUT, training)).share > 0 ? 1 : 0,
  ]);
  const make = (p: number): LayerSubject => {
    const layer = open(convention(p), trainingArgument);
    made.push(layer);
    return layer;
  };
  const layer = once(() => make(P));
  const first = once(() => unmask(layer().run(INPUT, true)));
  const second = once(() => unmask(layer().run(INPUT, true)));
  const elsewhere = once(() => {
    const other = make(P);
    return unmask(other.run(INPUT, true));
  });
  const evaluated = once(() => unmask(layer().run(INPUT, false)));
  const trained = once(() => make(P).outputAndGradient(INPUT));
  const other = once(() => unmask(make(OTHER_P).run(INPUT, true)));
  /** True if training leaves the input unchanged and evaluation does not. */
  const isSwapped = once(() => isUntouched(first()) && evaluated().share > 0 && evaluated().share < 1);
  /**
   * True if one draw decides for all elements: each of several calls drops everything or nothing.
   */
  const isOneDraw = once(() => {
    const layer = make(P);
    const shares = Array.from({ length: CALLS }, () => unmask(layer.run(INPUT, true)).share);
    return new Set(shares).size === 2 && shares.every((share) => share === 0 || share === 1);
  });
  /**
   * True if several masks all drop the same number of elements; independent draws do so once in a
   * thousand million runs.
   */
  const isFixed = once(() => {
    if (!masked() || dropsLines(first()) || sameMask(first(), second())) return false;
    const more = Array.from({ length: COUNTED - 2 }, () => unmask(layer().run(INPUT, true)));
    return [second(), ...more].every(({ share }) => share === first().share);
  });
  /** The mistakes in mask or factor as a whole; none if a more specific mistake is known. */
  const overall = (): MistakeName[] => {
    if (isSwapped()) return ['training-and-evaluation-swapped'];
    if (isOneDraw()) return ['one-draw-for-all'];
    if (isMaskAlone(first())) return ['mask-returned'];
    if (isMaskAdded(first())) return ['mask-added'];
    if (isNoise(first())) return ['noise-instead-of-mask'];
    return [];
  };
  const orOverall = (names: () => MistakeName[]): MistakeName[] => {
    const found = overall();
    return found.length > 0 ? found : names();
  };
  /** The mistakes that affect every p; null if they are not known. */
  const suspects = (): readonly MistakeName[] | null =>
    Number.isNaN(first().scale)
      ? null
      : [...new Set(orOverall(() => [...nameShare(first(), other()), ...nameScale(first(), evaluated())]))];
  const masked = (): boolean => first().share > 0 && first().share < 1;

  const results = [
    finding('share of dropped elements', `${P} ± ${SHARE_TOLERANCE.toFixed(3)}`, () => {
      const { share } = first();
      const isInBounds = Math.abs(share - P) <= shareTolerance(first());
      if (isInBounds && isFixed()) {
        const received = `${share.toFixed(4)} in each of ${COUNTED} calls`;
        return { passed: false, received, mistakes: ['fixed-number-dropped'] };
      }
      const mistakes = isInBounds ? [] : orOverall(() => nameShare(first(), other()));
      return { passed: isInBounds, received: share.toFixed(3), mistakes };
    }),
    finding('factor of what is kept', `1 / (1 − p) = ${(1 / (1 - P)).toFixed(4)}`, () => {
      const { scale } = first();
      // Without a mask, or with nothing left, no factor can be checked.
      const unmasked = first().share === 1 || (first().share === 0 && !Number.isNaN(scale));
      if (unmasked || near(scale, 1 / (1 - P))) return { passed: true, received: factorOf(first()) };
      return {
        passed: false,
        received: factorOf(first()),
        mistakes: orOverall(() => nameScale(first(), evaluated())),
      };
    }),
    finding('mask drawn for each element', 'a draw for each element', () => ({
      passed: !dropsLines(first()),
      received: dropsLines(first()) ? 'rows or columns that are dropped as a whole' : 'the same',
      mistakes: ['mask-not-elementwise'],
    })),
    finding('another mask at each call', 'two calls that drop different elements', () => {
      if (!masked())
        return { passed: null, received: 'nothing or everything is dropped, so there is no mask to compare' };
      const same = sameMask(first(), second());
      return {
        passed: !same,
        received: same ? 'the same elements' : 'different ones',
        mistakes: ['one-mask-for-ever'],
      };
    }),
    finding('another mask in each layer', 'two layers that drop different elements', () => {
      if (!masked())
        return { passed: null, received: 'nothing or everything is dropped, so there is no mask to compare' };
      const same = sameMask(first(), elsewhere());
      const mistake = sameMask(first(), second()) ? 'one-mask-for-ever' : 'same-masks-in-each-layer';
      return { passed: !same, received: same ? 'the same elements' : 'different ones', mistakes: [mistake] };
    }),
    finding('output in evaluation', 'the input as it is', () => {
      const { share, scale } = evaluated();
      if (share === 0 && near(scale, 1)) return { passed: true, received: 'the same' };
      const received =
        share > 0
          ? `${(100 * share).toFixed(0)} % of it dropped`
          : `the input times ${factorOf(evaluated())}`;
      const scaled = share === 0 && !Number.isNaN(scale);
      return {
        passed: false,
        received,
        mistakes: orOverall(() =>
          share > 0 ? ['mask-in-evaluation'] : scaled ? ['scaling-in-evaluation'] : [],
        ),
      };
    }),
    edge('p = 0', 'the input as it is', 'p-zero-not-identity', suspects, () =>
      differences(make(0).run(INPUT, true), INPUT.data, 1e-6),
    ),
    edge('p = 1', 'zeros', 'p-one-gives-nan', suspects, () =>
      differences(
        make(1).run(INPUT, true),
        INPUT.data.map(() => 0),
        1e-6,
      ),
    ),
    finding('gradient', 'mask and factor of the same call', () => {
      const { output, gradient } = trained();
      const { ratios, scale } = unmask(output);
      if (gradient instanceof Failure && overall().length > 0)
        return { passed: false, received: gradient.message, mistakes: overall() };
      const off = differences(numbersOrThrow(gradient), ratios, 1e-5);
      return {
        passed: off === null,
        received: off ?? 'the same',
        // If the output is not the input times a mask, the mask of the gradient has no meaning.
        mistakes: Number.isNaN(scale) ? overall() : ['gradient-with-another-mask'],
      };
    }),
  ];
  const warnings = attempt(() => make(P).warnings(INPUT));
  return { results, warnings: warnings instanceof Failure ? [] : warnings };
}

/**
 * A check at an edge of p, in which `look` must find no differences. A mistake that affects every p
 * is reported here too, instead of the edge's own.
 */
function edge(
  name: string,
  expected: string,
  mistake: MistakeName,
  suspects: () => readonly MistakeName[] | null,
  look: () => string | null,
): CheckResult {
  return finding(name, expected, () => {
    const off = look();
    const general = suspects();
    return {
      passed: off === null,
      received: off ?? 'the same',
      mistakes: general?.length === 0 ? [mistake] : (general ?? []),
    };
  });
}

function shareTolerance(seen: Masked): number {
  return dropsLines(seen) ? COARSE_TOLERANCE : SHARE_TOLERANCE;
}

/**
 * The normal distribution function at both p: the share that a mask drops if it is drawn from a
 * normal distribution.
 */
const NORMAL_BELOW = [0.5987, 0.734] as const;

/** The same share as {@link NORMAL_BELOW} for the uniform distribution from −1 to 1. */
const SYMMETRIC_BELOW = [(1 + P) / 2, (1 + OTHER_P) / 2] as const;

/** True if a call returned its input. */
function isUntouched({ share, scale }: Masked): boolean {
  return share === 0 && near(scale, 1);
}

/** True if the output is the mask times its factor, whatever the input was. */
function isMaskAlone({ output, share }: Masked): boolean {
  return share > 0 && share < 1 && new Set(output.map((value) => value.toPrecision(5))).size === 2;
}

/** True if a number was added to some elements and nothing to the others, scaled or not. */
function isMaskAdded({ output }: Masked): boolean {
  return [1, 1 / (1 - P)].some((factor) => {
    // The sum makes 0 of −0.
    const added = new Set(output.map((value, i) => Math.round(1000 * (value / factor - INPUT.data[i]!)) + 0));
    return added.size === 2 && added.has(0);
  });
}

/** True if each element was multiplied by a different number of at least 0. */
function isNoise({ share, scale, ratios }: Masked): boolean {
  const isRandom = ratios.every((ratio) => ratio >= 0) && new Set(ratios).size > ratios.length / 2;
  return share < 0.01 && Number.isNaN(scale) && isRandom;
}

function nameShare(seen: Masked, other: Masked | null = null): MistakeName[] {
  const tolerance = shareTolerance(seen);
  if (Math.abs(seen.share - P) <= tolerance) return [];
  if (seen.share === 1) return ['everything-dropped'];
  // Without zeros and without a common factor, dropped elements may have another value than 0.
  if (seen.share === 0) return Number.isNaN(seen.scale) ? [] : ['no-mask-in-training'];
  if (other !== null && Math.abs(seen.share - other.share) <= tolerance * 1.5) return ['p-ignored'];
  if (Math.abs(seen.share - (1 - P)) <= tolerance) return ['p-as-keep-probability'];
  const isDrawnFrom = ([share, ofOther]: readonly [number, number]) =>
    other !== null &&
    [false, true].some((isReversed) => {
      const from = (below: number) => (isReversed ? 1 - below : below);
      return (
        Math.abs(seen.share - from(share)) <= tolerance && Math.abs(other.share - from(ofOther)) <= tolerance
      );
    });
  if (isDrawnFrom(NORMAL_BELOW)) return ['normal-instead-of-uniform'];
  return [isDrawnFrom(SYMMETRIC_BELOW) ? 'symmetric-instead-of-unit' : 'wrong-drop-rate'];
}

function nameScale(seen: Masked, evaluated: Masked): MistakeName[] {
  const { scale, share } = seen;
  if (share === 0 || near(scale, 1 / (1 - P))) return [];
  const [mistake] = nameShare(seen);
  // An implementation that keeps with probability p divides by p.
  if (mistake === 'p-as-keep-probability' && near(scale, 1 / P)) return [mistake];
  if (near(scale, (1 - P) ** -2)) return ['scaled-twice'];
  if (!near(scale, 1)) return Number.isNaN(scale) ? [] : ['wrong-scale'];
  const vanilla =
    evaluated.share === 0 && near(evaluated.scale, 1 - (mistake === 'p-as-keep-probability' ? 1 - P : P));
  return vanilla ? ['scaling-in-evaluation'] : ['no-scaling'];
}

/** The number of elements that differ, with one example; null if none differs. */
function differences(
  received: readonly number[],
  expected: readonly number[],
  tolerance: number,
): string | null {
  const off = received.flatMap((value, i) => (Math.abs(value - expected[i]!) <= tolerance ? [] : [i]));
  const [example] = off;
  if (example === undefined) return null;
  const [came, wanted] = [received[example]!, expected[example]!].map(short);
  return `${off.length} of ${expected.length} elements differ: ${came} in place of ${wanted}, for instance`;
}

/** The factor of the elements that are not 0, as text. */
function factorOf({ scale, ratios }: Masked): string {
  if (!Number.isNaN(scale)) return short(scale);
  const strange = ratios.filter((ratio) => !Number.isFinite(ratio)).length;
  if (strange > 0) return `no number: ${strange} of ${ratios.length} elements are NaN or infinite`;
  const kept = ratios.filter((ratio) => ratio !== 0).sort((one, other) => one - other);
  return `no single factor: from ${short(kept[0]!)} to ${short(kept.at(-1)!)}`;
}

function short(value: number): string {
  return String(Number(value.toPrecision(5)));
}

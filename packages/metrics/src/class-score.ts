import { checkOneOf, checkOptions, expected, type OptionNames } from '@trainkit/checks';
import { type Average, type AveragedScore, weightedMean } from './average.js';
import { ClassCounts } from './class-counts.js';
import type { Metric } from './metric.js';
import { sumOf } from './sum-of.js';

/** The options of `Precision`, `Recall` and `F1`. */
export interface ClassScoreOptions<A extends Average = Average> {
  /** The reduction of the classes' scores, default `'macro'`, the mean of the classes. */
  average?: A | undefined;
  /**
   * The score of 0 / 0, default 0. NaN excludes classes with this score from the mean, as in
   * scikit-learn.
   */
  zeroDivision?: number | undefined;
  /** The label of ignored rows, default none. */
  ignoreIndex?: number | undefined;
}

const CLASS_SCORE_OPTIONS: OptionNames<ClassScoreOptions> = {
  average: true,
  zeroDivision: true,
  ignoreIndex: true,
};

/** The counts of one class against all others. */
export interface BinaryCounts {
  /** Rows with this label for which this class was predicted. */
  truePositives: number;
  /** Rows with another label for which this class was predicted. */
  falsePositives: number;
  /** Rows with this label for which another class was predicted. */
  falseNegatives: number;
}

/**
 * The base class of `Precision`, `Recall` and `F1`: a score of each class that is a quotient of its
 * counts.
 */
export abstract class ClassScore<A extends Average> extends ClassCounts implements Metric<AveragedScore[A]> {
  readonly #average: Average;
  readonly #zeroDivision: number;

  /** Called by the classes that extend this one. */
  protected constructor(name: string, numClasses: number, options: ClassScoreOptions<A>) {
    const checked: ClassScoreOptions = checkOptions<ClassScoreOptions>(name, options, CLASS_SCORE_OPTIONS);
    const { average = 'macro', zeroDivision = 0, ignoreIndex } = checked;
    checkOneOf(name, 'average', average, ['micro', 'macro', 'weighted', 'none']);
    if (![0, 1, Number.NaN].includes(zeroDivision)) {
      throw new RangeError(expected(name, 'zeroDivision', zeroDivision, '0, 1 or NaN'));
    }
    super(name, numClasses, ignoreIndex);
    this.#average = average;
    this.#zeroDivision = zeroDivision;
  }

  /** The two numbers whose quotient is the score. */
  protected abstract fraction(counts: BinaryCounts): readonly [numerator: number, denominator: number];

  /** Returns the score; an array with one for each class where `average` is `'none'`. */
  compute(): AveragedScore[A];
  compute(): number | number[] {
    const classes = this.#binaryCounts();
    if (this.#average === 'micro') return this.#score(total(classes));
    const scores = classes.map((counts) => this.#score(counts));
    if (this.#average === 'none') return scores;
    const present = classes
      .map((counts, label) => ({ score: scores[label]!, labelled: labelled(counts), counts }))
      .filter(({ score, labelled, counts }) => labelled + counts.falsePositives > 0 && !Number.isNaN(score));
    if (present.length === 0) return this.#zeroDivision;
    const weights = present.map(({ labelled }) => (this.#average === 'weighted' ? labelled : 1));
    return weightedMean(
      present.map(({ score }) => score),
      // As in scikit-learn if zeroDivision is NaN for every class that has labels.
      sumOf(weights) === 0 ? weights.map(() => 1) : weights,
    );
  }

  #binaryCounts(): BinaryCounts[] {
    return this.counts.map((row, label) => {
      const truePositives = row[label]!;
      return {
        truePositives,
        falsePositives: sumOf(this.counts.map((other) => other[label]!)) - truePositives,
        falseNegatives: sumOf(row) - truePositives,
      };
    });
  }

  #score(counts: BinaryCounts): number {
    const [numerator, denominator] = this.fraction(counts);
    return denominator === 0 ? this.#zeroDivision : numerator / denominator;
  }
}

/** The rows with the label of a class. */
function labelled({ truePositives, falseNegatives }: BinaryCounts): number {
  return truePositives + falseNegatives;
}

function total(classes: readonly BinaryCounts[]): BinaryCounts {
  return {
    truePositives: sumOf(classes.map((counts) => counts.truePositives)),
    falsePositives: sumOf(classes.map((counts) => counts.falsePositives)),
    falseNegatives: sumOf(classes.map((counts) => counts.falseNegatives)),
  };
}

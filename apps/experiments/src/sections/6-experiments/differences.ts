import { comparePaired } from '@trainkit/sweep';
import { type Figures, figuresOfResult } from '../../figures/figures.js';
import type { RunDefinition, RunResult } from '../../runs/run.js';
import type { Difference } from './difference-schema.js';

/** A change between two runs. */
export interface Change {
  change: string;
  first: RunDefinition;
  second: RunDefinition;
}

/**
 * Computes the paired differences of two runs over their common seeds. Runs of one seed share their
 * initialization and their batches, whose common effect cancels in the difference.
 *
 * @returns null without a common seed
 */
export function pairedDifference(
  { change, first, second }: Change,
  allSeeds: readonly RunResult[],
): Difference | null {
  const seconds = new Map(
    allSeeds.filter(({ run }) => run === second).map((each) => [each.config.seed, figuresOfResult(each)]),
  );
  const pairs = allSeeds.flatMap((each) => {
    const other = seconds.get(each.config.seed);
    return each.run === first && other ? [[figuresOfResult(each), other] as const] : [];
  });
  if (pairs.length === 0) return null;
  const compare = (of: (figures: Figures) => number) =>
    meanDifference(
      pairs.map(([one]) => of(one)),
      pairs.map(([, other]) => of(other)),
    );
  return {
    change,
    first: first.name,
    second: second.name,
    seeds: pairs.length,
    testLoss: compare(({ testLoss }) => testLoss),
    testAccuracy: compare(({ testAccuracy }) => testAccuracy),
  };
}

function meanDifference(first: readonly number[], second: readonly number[]): Difference['testLoss'] {
  const [one = Number.NaN, other = Number.NaN] = [first[0], second[0]];
  if (first.length === 1) {
    return { difference: one - other, low: null, high: null, pValue: null, verdict: 'undecided' };
  }
  const { difference, low, high, pValue, verdict } = comparePaired(first, second);
  // The smaller values are the better ones by default.
  const side = ({ better: 'lower', worse: 'higher', undecided: 'undecided' } as const)[verdict];
  return { difference, low, high, pValue, verdict: side };
}

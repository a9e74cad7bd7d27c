import { figuresOfResult } from '../../figures/figures.js';
import { spread } from '../../figures/statistics.js';
import { studentT } from '../../figures/student-t.js';
import type { RunResult } from '../../runs/run.js';

/** One run with each of its seeds. */
export interface RunSeeds {
  /** The run with the seed that the charts show. */
  result: RunResult;
  /** Its runs with every seed, including that one. */
  seeds: readonly RunResult[];
}

/** The smallest number of seeds from which a deviation is estimated. */
const ENOUGH_SEEDS = 3;

/**
 * The significance of the difference between the test losses of two runs: `apart` if other seeds
 * would not reverse it, `level` if they may, `unknown` with too few seeds, `equal` if every loss is
 * the same to the last bit.
 */
export type Significance = 'equal' | 'apart' | 'level' | 'unknown';

/** Returns the significance of the difference between two runs' mean test losses. */
export function compareLosses(one: RunSeeds, other: RunSeeds): Significance {
  const differences = pairedDifferences(one, other);
  if (differences.length > 0 && differences.every((difference) => difference === 0)) return 'equal';
  if (differences.length >= ENOUGH_SEEDS) {
    const { mean, std, seeds } = spread(differences);
    return significanceOf(mean, std / Math.sqrt(seeds), seeds - 1);
  }
  const [ofOne, ofOther] = [recorded(one), recorded(other)];
  if (!ofOne || !ofOther) return 'unknown';
  const difference = meanTestLoss(one) - meanTestLoss(other);
  // Two estimated deviations together have more degrees of freedom than either; the smaller number
  // is conservative.
  const degrees = Math.min(ofOne.degrees, ofOther.degrees);
  return significanceOf(difference, Math.hypot(ofOne.error, ofOther.error), degrees);
}

function significanceOf(difference: number, error: number, degrees: number): Significance {
  return Math.abs(difference) > studentT(degrees) * error ? 'apart' : 'level';
}

/**
 * Returns the differences of the test losses, seed by seed. Runs of one seed share their
 * initialization and their batches, whose common effect cancels in the difference.
 */
function pairedDifferences(one: RunSeeds, other: RunSeeds): number[] {
  const losses = new Map(other.seeds.map((each) => [each.config.seed, figuresOfResult(each).testLoss]));
  return one.seeds.flatMap((each) => {
    const loss = losses.get(each.config.seed);
    return loss === undefined ? [] : [figuresOfResult(each).testLoss - loss];
  });
}

/**
 * Returns the standard error of a run's mean test loss by PyTorch's seeds of the same run; null if
 * too few were recorded.
 */
function recorded({ seeds, result }: RunSeeds): { error: number; degrees: number } | null {
  const losses = result.pytorch?.testLoss;
  if (!losses || losses.seeds < ENOUGH_SEEDS) return null;
  return { error: losses.std / Math.sqrt(seeds.length), degrees: losses.seeds - 1 };
}

function meanTestLoss({ seeds }: RunSeeds): number {
  return spread(seeds.map((each) => figuresOfResult(each).testLoss)).mean;
}

/**
 * Returns the sentence, as HTML, that the seeds are too few for a verdict, and the number that is
 * enough.
 */
export function tooFewSeeds({ seeds }: RunSeeds, would: string): string {
  const [few, others] =
    seeds.length === 1
      ? ['one seed of these settings does', 'another']
      : [`${seeds.length} seeds of these settings do`, 'others'];
  return `${few} not tell whether ${others} would ${would} (<code>--seeds ${ENOUGH_SEEDS}</code> does)`;
}

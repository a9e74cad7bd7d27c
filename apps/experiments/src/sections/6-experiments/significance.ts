import { figuresOfResult } from '../../figures/figures.js';
import { spread } from '../../figures/statistics.js';
import { studentT } from '../../figures/student-t.js';
import type { RunResult } from '../../runs/run.js';

/** One run with every seed that it was made with. */
export interface RunSeeds {
  /** The run with the seed that the pictures show. */
  result: RunResult;
  /** Its runs with every seed, that one among them. */
  seeds: readonly RunResult[];
}

/** Fewer seeds than this say nothing of a deviation. */
const ENOUGH_SEEDS = 3;

/**
 * Whether other seeds might put the test losses of two runs in the other order: not where they are `apart`, easily
 * where they are `level`; `unknown` where too few seeds were made to tell. `equal` is every loss to the last bit.
 */
export type Significance = 'equal' | 'apart' | 'level' | 'unknown';

/** What the seeds tell of the difference between two runs' mean test losses. */
export function compareLosses(one: RunSeeds, other: RunSeeds): Significance {
  const differences = pairedDifferences(one, other);
  if (differences.length > 0 && differences.every((difference) => difference === 0)) return 'equal';
  if (differences.length >= ENOUGH_SEEDS) {
    const { mean, std, seeds } = spread(differences);
    return told(mean, std / Math.sqrt(seeds), seeds - 1);
  }
  const [ofOne, ofOther] = [recorded(one), recorded(other)];
  if (!ofOne || !ofOther) return 'unknown';
  const difference = meanTestLoss(one) - meanTestLoss(other);
  // Two estimated deviations have more degrees together than either has; to take the fewer is on the safe side.
  const degrees = Math.min(ofOne.degrees, ofOther.degrees);
  return told(difference, Math.hypot(ofOne.error, ofOther.error), degrees);
}

function told(difference: number, error: number, degrees: number): Significance {
  return Math.abs(difference) > studentT(degrees) * error ? 'apart' : 'level';
}

/**
 * The differences of the test losses, seed by seed. Runs of one seed share their start and their batches, and what these
 * do to both falls out of the difference.
 */
function pairedDifferences(one: RunSeeds, other: RunSeeds): number[] {
  const losses = new Map(other.seeds.map((each) => [each.config.seed, figuresOfResult(each).testLoss]));
  return one.seeds.flatMap((each) => {
    const loss = losses.get(each.config.seed);
    return loss === undefined ? [] : [figuresOfResult(each).testLoss - loss];
  });
}

/** The standard error of a run's mean test loss by PyTorch's seeds of the same run, where enough were recorded. */
function recorded({ seeds, result }: RunSeeds): { error: number; degrees: number } | null {
  const losses = result.pytorch?.testLoss;
  if (!losses || losses.seeds < ENOUGH_SEEDS) return null;
  return { error: losses.std / Math.sqrt(seeds.length), degrees: losses.seeds - 1 };
}

function meanTestLoss({ seeds }: RunSeeds): number {
  return spread(seeds.map((each) => figuresOfResult(each).testLoss)).mean;
}

/** Says that a run's seeds do not tell whether others would do something, and how many do; as HTML, for a sentence. */
export function tooFewSeeds({ seeds }: RunSeeds, would: string): string {
  const [few, others] =
    seeds.length === 1
      ? ['one seed of these settings does', 'another']
      : [`${seeds.length} seeds of these settings do`, 'others'];
  return `${few} not tell whether ${others} would ${would} (<code>--seeds ${ENOUGH_SEEDS}</code> does)`;
}

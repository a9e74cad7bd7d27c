import type { RunResult } from '../../runs/run.js';
import type { Findings, SectionResults } from '../section.js';
import { type Ablation, type Compared, comparedRuns } from './compared.js';
import { ABLATION_RUNS, ADAMW_RUN, OPTIMIZER_RUNS, SGD_RUN, TUNED_ADAMW_RUN, TUNED_SGD_RUN } from './runs.js';

/** The findings of 6.1: the figures of each run, over every seed. */
interface OptimizerComparison {
  /** All runs, in order. */
  compared: readonly Compared[];
  sgd: Compared;
  adamw: Compared;
  tunedSgd: Compared;
  tunedAdamw: Compared;
}

/** The findings of section 6. */
export interface ExperimentFindings extends Findings {
  allSeeds: readonly RunResult[];
  optimizers: OptimizerComparison;
  ablation: Ablation;
}

/** Computes the figures of all runs of section 6. */
export function findExperiments({ results, allSeeds }: SectionResults): ExperimentFindings {
  return {
    allSeeds,
    optimizers: compareOptimizers(comparedRuns(OPTIMIZER_RUNS, results, allSeeds)),
    ablation: ablationOf(comparedRuns(ABLATION_RUNS, results, allSeeds)),
    record: {},
  };
}

function compareOptimizers(compared: readonly Compared[]): OptimizerComparison {
  const [sgd, adamw, tunedSgd, tunedAdamw] = [SGD_RUN, ADAMW_RUN, TUNED_SGD_RUN, TUNED_ADAMW_RUN].map((run) =>
    compared.find((each) => each.run === run),
  );
  if (!sgd || !adamw || !tunedSgd || !tunedAdamw) throw new RangeError('6.1 needs all four of its runs.');
  return { compared, sgd, adamw, tunedSgd, tunedAdamw };
}

function ablationOf([neither, layerNorm, dropout, both]: readonly Compared[]): Ablation {
  if (!neither || !layerNorm || !dropout || !both) throw new RangeError('6.2 needs all four of its runs.');
  return { neither, layerNorm, dropout, both };
}

import type { RunResult } from '../runs/run.js';
import { SECTION_6 } from '../sections/6-experiments/index.js';
import type { SectionReport } from '../sections/section.js';
import { type FakeRun, fakeResult, SAMPLE } from './fake-result.js';

/** Writes section 6 from fake runs on the sample, with the given properties of each run by name. */
export async function reportSection6(
  fakes: Record<string, FakeRun> = {},
  { common = {}, seeds = [0n] }: { common?: FakeRun; seeds?: bigint[] } = {},
): Promise<SectionReport> {
  const allSeeds = SECTION_6.runs.flatMap((run) =>
    seeds.map((seed) => fakeResult(run, { data: SAMPLE, ...common, ...fakes[run.name], seed })),
  );
  const results = allSeeds.filter(({ config }) => config.seed === 0);
  return SECTION_6.report(SECTION_6.findings({ seed: 0n, results, allSeeds }));
}

/** Returns train losses that fall from 2 on a straight line. */
export const falling = (to: number, steps = 300) =>
  Array.from({ length: steps }, (_, i) => to + (2 - to) * (1 - i / (steps - 1)));

/** Returns an evaluation every 100 steps. */
export const evaluations = (...losses: number[]): RunResult['metrics']['test'] =>
  losses.map((loss, i) => ({ step: 100 * (i + 1), test_loss: loss, test_accuracy: 0.9 - loss / 10 }));

/** Returns the four runs of 6.2 with these final test losses. */
export const ablation = (neither: number, layerNorm: number, dropout: number, both: number) => ({
  'ablation/no_ln_no_dropout': { tests: evaluations(0.4, 0.4, neither) },
  'ablation/layernorm_only': { tests: evaluations(0.4, 0.4, layerNorm) },
  'ablation/dropout_only': { tests: evaluations(0.4, 0.4, dropout) },
  'ablation/layernorm_and_dropout': { tests: evaluations(0.4, 0.4, both) },
});

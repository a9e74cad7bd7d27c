import { relative } from 'node:path';
import { parseJson as parseText } from '@trainkit/checks';
import { isPresent, readRegularFile } from '@trainkit/checks/files';
import { z } from 'zod';
import { evaluationsOf, type Figures, figuresOfResult } from '../figures/figures.js';
import { figuresOfPyTorch, pytorchVersion } from '../figures/pytorch.js';
import { spreadsOf } from '../figures/spreads.js';
import type { RunDefinition, RunResult } from '../runs/run.js';

const evaluationSchema = z.object({ step: z.int(), loss: z.number(), accuracy: z.number() });
const figuresSchema = z.object({
  firstTrainLoss: z.number(),
  lastTrainLoss: z.number(),
  tailTrainLoss: z.number(),
  testLoss: z.number(),
  testAccuracy: z.number(),
  best: evaluationSchema,
});
/** Ours minus PyTorch's. */
const differenceSchema = figuresSchema.omit({ best: true }).extend({ bestTestLoss: z.number() });
const spreadSchema = z.object({
  mean: z.number(),
  min: z.number(),
  max: z.number(),
  std: z.number(),
  seeds: z.int(),
});
const spreadsSchema = z.object({
  accuracy: spreadSchema,
  testLoss: spreadSchema,
  tailTrainLoss: spreadSchema,
  bestTestLoss: spreadSchema,
});

const runSchema = z.object({
  run: z.string(),
  title: z.string(),
  seed: z.union([z.int(), z.string()]),
  /** The run's folder, seen from `--out`. */
  folder: z.string(),
  /** As in its `config.json`. */
  config: z.record(z.string(), z.unknown()),
  steps: z.int(),
  stoppedEarly: z.boolean(),
  figures: figuresSchema,
  evaluations: z.array(evaluationSchema),
  /** Null where PyTorch has no run on this data that is as long. */
  pytorch: z
    .object({
      version: z.string(),
      /** Of the same seed and the same random numbers. */
      sameSeed: figuresSchema.extend({ evaluations: z.array(evaluationSchema) }).nullable(),
      difference: differenceSchema.nullable(),
      /** Over all seeds that PyTorch was run with. */
      seeds: spreadsSchema,
    })
    .nullable(),
});
/** One run of {@link ResultsFile}. */
export type RunRecord = z.infer<typeof runSchema>;

const sectionSchema = z.object({
  title: z.string(),
  runs: z.array(runSchema),
  /** By the runs' names, over the seeds of `--seeds`; empty with one. */
  spreads: z.record(z.string(), spreadsSchema),
  /** What the section found beside its runs. */
  findings: z.record(z.string(), z.unknown()),
});
/** One section of {@link ResultsFile}. */
export type SectionRecord = z.infer<typeof sectionSchema>;

const fileSchema = z.object({
  format: z.literal(1),
  seed: z.union([z.int(), z.string()]),
  onSample: z.boolean(),
  sections: z.record(z.string(), sectionSchema),
});
/** `reports/seed-<n>/results.json`: every figure of the report beside it. */
export type ResultsFile = z.infer<typeof fileSchema>;

/** What the file says of a section. */
export function sectionRecord(
  { title, runs }: { title: string; runs: readonly RunDefinition[] },
  findings: Readonly<Record<string, unknown>>,
  { allSeeds, out }: { allSeeds: readonly RunResult[]; out: string },
): SectionRecord {
  const several = runs.flatMap((run) => {
    const seeds = allSeeds.filter((result) => result.run === run);
    return seeds.length > 1 ? [[run.name, spreadsOf(seeds)] as const] : [];
  });
  return {
    title,
    runs: allSeeds.map((result) => runRecord(result, out)),
    spreads: Object.fromEntries(several),
    findings: { ...findings },
  };
}

/** The sections of a file that was written before, by number; none where it is not there or not such a file. */
export function readRecords(path: string): Map<string, SectionRecord> {
  if (!isPresent(path)) return new Map();
  const parsed = fileSchema.safeParse(parseJson(new TextDecoder().decode(readRegularFile(path))));
  return new Map(parsed.success ? Object.entries(parsed.data.sections) : []);
}

function runRecord(result: RunResult, out: string): RunRecord {
  const { run, config, end, metrics, folder } = result;
  const figures = figuresOfResult(result);
  return {
    run: run.name,
    title: run.title,
    seed: config.seed,
    folder: relative(out, folder),
    config: { ...config },
    steps: end.step,
    stoppedEarly: end.stoppedEarly,
    figures,
    evaluations: evaluationsOf(metrics),
    pytorch: pytorchRecord(result, figures),
  };
}

function pytorchRecord({ run, config, pytorch }: RunResult, figures: Figures): RunRecord['pytorch'] {
  const { name } = config.data;
  if (!pytorch || name === 'custom') return null;
  const { sameSeed, ...seeds } = pytorch;
  // Who draws other numbers shares no more than the seed's digits.
  const same = run.sameSeed ? sameSeed : null;
  const theirs = same && figuresOfPyTorch(same);
  return {
    version: pytorchVersion(name),
    sameSeed: theirs && { ...theirs, evaluations: same?.evaluations ?? [] },
    difference: theirs && differenceOf(figures, theirs),
    seeds,
  };
}

function differenceOf(ours: Figures, theirs: Figures): z.infer<typeof differenceSchema> {
  return {
    firstTrainLoss: ours.firstTrainLoss - theirs.firstTrainLoss,
    lastTrainLoss: ours.lastTrainLoss - theirs.lastTrainLoss,
    tailTrainLoss: ours.tailTrainLoss - theirs.tailTrainLoss,
    testLoss: ours.testLoss - theirs.testLoss,
    testAccuracy: ours.testAccuracy - theirs.testAccuracy,
    bestTestLoss: ours.best.loss - theirs.best.loss,
  };
}

function parseJson(text: string): unknown {
  try {
    return parseText(text);
  } catch {
    return undefined;
  }
}

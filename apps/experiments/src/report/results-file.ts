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
/** The differences: ours minus PyTorch's. */
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
  /** The run's folder, relative to `--out`. */
  folder: z.string(),
  /** The run's `config.json`. */
  config: z.record(z.string(), z.unknown()),
  steps: z.int(),
  stoppedEarly: z.boolean(),
  figures: figuresSchema,
  evaluations: z.array(evaluationSchema),
  /** PyTorch's figures; null if it has no run of this length on this data. */
  pytorch: z
    .object({
      version: z.string(),
      /** PyTorch's run with the same seed and the same random numbers. */
      sameSeed: figuresSchema.extend({ evaluations: z.array(evaluationSchema) }).nullable(),
      difference: differenceSchema.nullable(),
      /** The spreads over all seeds of PyTorch's runs. */
      seeds: spreadsSchema,
    })
    .nullable(),
});
/** One run of {@link ResultsFile}. */
export type RunRecord = z.infer<typeof runSchema>;

const sectionSchema = z.object({
  title: z.string(),
  runs: z.array(runSchema),
  /** The spreads by the runs' names, over the seeds of `--seeds`; empty with one seed. */
  spreads: z.record(z.string(), spreadsSchema),
  /** Further findings of the section. */
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

/** Returns the record of a section. */
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

/**
 * Reads the sections of an earlier file by number; returns none if the file is missing or invalid.
 */
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
  // A run with other random numbers shares only the digits of the seed.
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

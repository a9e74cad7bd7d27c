import { relative } from 'node:path';
import { parseJson as parseText } from '@trainkit/checks';
import { isPresent, readRegularFile } from '@trainkit/checks/files';
import { z } from 'zod';
import { evaluationsOf, type Figures, figuresOfResult } from '../figures/figures.js';
import { figuresOfPyTorch, pytorchVersion } from '../figures/pytorch.js';
import { spreadsOf } from '../figures/spreads.js';
import { activationSchema } from '../model/activation-statistics.js';
import { predictionsSchema } from '../model/prediction-summary.js';
import type { Environment } from '../runs/environment.js';
import { lengthOf, type RunDefinition, type RunResult } from '../runs/run.js';
import { curveRecord, curveSchema, gapsOf } from './curve.js';

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

/** The machine and the versions of a process that trained a run or wrote a report. */
const machineSchema = z.object({
  cpu: z.string(),
  cores: z.int(),
  memoryGiB: z.number(),
  system: z.string(),
  backend: z.string(),
  threads: z.int(),
  trainkit: z.string(),
  tensorflowJs: z.string(),
  node: z.string(),
  gitCommit: z.string().nullable(),
});
/** See {@link machineSchema}. */
export type Machine = z.infer<typeof machineSchema>;

const runSchema = z.object({
  run: z.string(),
  title: z.string(),
  seed: z.union([z.int(), z.string()]),
  /** The run's folder, relative to `--out`. */
  folder: z.string(),
  /** The run's `config.json`. */
  config: z.record(z.string(), z.unknown()),
  steps: z.int(),
  /** Number of steps of the whole run of the exercise on this data. */
  wholeSteps: z.int(),
  stoppedEarly: z.boolean(),
  figures: figuresSchema,
  evaluations: z.array(evaluationSchema),
  /** The test loss minus the mean train loss at each evaluation. */
  gaps: z.array(z.number()),
  curve: curveSchema,
  activations: z.array(activationSchema),
  /** The predictions of the trained model; null for runs of earlier releases. */
  predictions: predictionsSchema.nullable(),
  /** The last process that trained the run; null if its record is missing. */
  machine: machineSchema.nullable(),
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
  format: z.literal(2),
  /** The time at which the report was written, in ISO 8601. */
  written: z.iso.datetime(),
  /** The process that wrote it. */
  machine: machineSchema,
  seed: z.union([z.int(), z.string()]),
  onSample: z.boolean(),
  sections: z.record(z.string(), sectionSchema),
});
/** `reports/seed-<n>/results.json`, from which the report beside it is drawn. */
export type ResultsFile = z.infer<typeof fileSchema>;

/** Returns the part of a process's record that a report shows. */
export function machineOf(environment: Environment): Machine {
  const { cpu, memoryGiB, system, backend, trainkit, tensorflowJs, node, gitCommit } = environment;
  return {
    cpu: cpu.model,
    cores: cpu.cores,
    memoryGiB,
    system,
    backend: backend.name,
    threads: backend.threads,
    trainkit,
    tensorflowJs,
    node,
    gitCommit,
  };
}

/** Returns the record of a section. */
export function sectionRecord(
  { title, runs }: { title: string; runs: readonly RunDefinition[] },
  findings: object,
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

/** Reads an earlier file; returns null if it is missing or invalid. */
export function readResults(path: string): ResultsFile | null {
  if (!isPresent(path)) return null;
  const parsed = fileSchema.safeParse(parseJson(new TextDecoder().decode(readRegularFile(path))));
  return parsed.success ? parsed.data : null;
}

/** Returns the record of a run, with its folder relative to `out`. */
export function runRecord(result: RunResult, out: string): RunRecord {
  const { run, config, end, metrics, folder, activations, predictions, session } = result;
  const figures = figuresOfResult(result);
  return {
    run: run.name,
    title: run.title,
    seed: config.seed,
    folder: relative(out, folder),
    config: { ...config },
    steps: end.step,
    wholeSteps: lengthOf(run.length, config).maxSteps,
    stoppedEarly: end.stoppedEarly,
    figures,
    evaluations: evaluationsOf(metrics),
    gaps: gapsOf(metrics),
    curve: curveRecord(metrics),
    activations,
    predictions,
    machine: session && machineOf(session),
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

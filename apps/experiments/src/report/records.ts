import { z } from 'zod';
import { activationSchema } from '../model/activation-statistics.js';
import { predictionsSchema } from '../model/prediction-summary.js';

/** The schema of the training curve of a run, at some of its steps. */
const curveSchema = z.object({
  /** Number of steps of the running means; 1 if they are single steps. */
  window: z.int(),
  /** Distance between two of {@link steps}. */
  stride: z.int(),
  steps: z.array(z.int()),
  /** The train loss of each of these steps. */
  stepLoss: z.array(z.number()),
  /** The running mean of the train loss. */
  loss: z.array(z.number()),
  /** The running mean of the train accuracy. */
  accuracy: z.array(z.number()),
});

/** See {@link curveSchema}. */
export type CurveRecord = z.infer<typeof curveSchema>;

const evaluationSchema = z.object({ step: z.int(), loss: z.number(), accuracy: z.number() });
const figuresSchema = z.object({
  firstTrainLoss: z.number(),
  lastTrainLoss: z.number(),
  tailTrainLoss: z.number(),
  testLoss: z.number(),
  testAccuracy: z.number(),
  best: evaluationSchema,
});
/** The schema of the differences: ours minus PyTorch's. */
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
/** The distances of a run's figures from PyTorch's. */
export type FigureDifferences = z.infer<typeof differenceSchema>;
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

/** The schema of {@link ResultsFile}. */
export const fileSchema = z.object({
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

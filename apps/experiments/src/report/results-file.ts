import { relative } from 'node:path';
import { parseJson as parseText } from '@trainkit/checks';
import { isPresent, readRegularFile } from '@trainkit/checks/files';
import { evaluationsOf, type Figures, figuresOfResult } from '../figures/figures.js';
import { figuresOfPyTorch, pytorchVersion } from '../figures/pytorch.js';
import { spreadsOf } from '../figures/spreads.js';
import type { Environment } from '../runs/environment.js';
import { lengthOf, type RunDefinition, type RunResult } from '../runs/run.js';
import { curveRecord, gapsOf } from './curve.js';
import {
  type FigureDifferences,
  fileSchema,
  type Machine,
  type ResultsFile,
  type RunRecord,
  type SectionRecord,
} from './records.js';

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

function differenceOf(ours: Figures, theirs: Figures): FigureDifferences {
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

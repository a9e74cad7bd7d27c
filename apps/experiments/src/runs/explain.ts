import type { Module } from '@trainkit/nn';
import { type DivergenceError, Interrupted, RunError, type RunErrorCode } from '@trainkit/trainer';
import type { RunConfig } from '../config/schema.js';
import { commandLine } from '../terminal/command-line.js';
import { Interruption } from '../terminal/interruption.js';
import { UserError } from '../terminal/user-error.js';
import { isThere, movedFolder, REPLACE_RUN } from './files.js';

/** The part of a run that messages need. */
interface ExplainedRun {
  path: string;
  config: RunConfig;
}

/**
 * Converts an error of a run's files, lock or trainer to a message for the user; returns any other
 * error unchanged.
 */
export function explained(error: unknown, folder: ExplainedRun): unknown {
  const { run, maxSteps } = folder.config;
  if (error instanceof Interrupted) {
    const where = `${run} after step ${error.step} of ${maxSteps}`;
    const { exitCode } = error;
    const advice = `Resume it with: ${commandLine('resume', folder.path)}`;
    return new Interruption(`Interrupted ${where}.`, { exitCode }).withAdvice(advice);
  }
  if (!(error instanceof RunError)) return error;
  if (error.code === 'moved' || !isThere(folder.path)) return movedFolder(folder.path);
  return new UserError(`${error.problem} ${remedies(folder)[error.code]}`, { cause: error });
}

/** Converts the divergence of a training to a message for the user. */
export function explainedDivergence(error: DivergenceError, run: string, model: Module): UserError {
  const { checkpoint, checkpointPath, location } = error;
  const cause = location === null ? '' : `; ${withArticle(location, model)}`;
  const good =
    checkpoint === null
      ? 'There is no earlier checkpoint.'
      : `The last good checkpoint is that of step ${checkpoint}: ${checkpointPath}.`;
  const found = error.found.replace(/^validation\//, 'test ').replace(/^train\//, 'train ');
  return new UserError(
    `${run} diverged: ${withArticle(found, model)}${cause}. ${good} Try a smaller learningRate, or clipGradNorm.`,
    { cause: error },
  );
}

/** Adds the article to a clause: `the parameter 0.weight is NaN`. */
function withArticle(clause: string, model: Module): string {
  if (/^(the|every) /.test(clause)) return clause;
  const [path] = clause.split(' ', 1);
  const has = (entries: readonly (readonly [string, unknown])[]) => entries.some(([name]) => name === path);
  if (has(model.namedParameters())) return `the parameter ${clause}`;
  return has(model.namedBuffers()) ? `the buffer ${clause}` : `the ${clause}`;
}

/** Returns the remedy for each problem with a run's files. */
function remedies({ path }: ExplainedRun): Readonly<Record<Exclude<RunErrorCode, 'moved'>, string>> {
  return {
    locked: `Wait for it, or choose another --out or --seed. (If that process is no experiment, remove ${path}.lock.)`,
    checkpoint: REPLACE_RUN,
    log: REPLACE_RUN,
    read: 'Make it readable, or choose another folder with --out.',
    write: 'Free some space or choose another --out; the run resumes from its last checkpoint.',
  };
}

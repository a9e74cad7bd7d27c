import { lstatSync, mkdirSync, readdirSync, renameSync, rmdirSync, statSync, unlinkSync } from 'node:fs';
import { basename, join } from 'node:path';
import { errorCode, errorReason } from '@trainkit/checks';
import { makeFolder } from '@trainkit/checks/files';
import { encodeSafetensors, type SafeTensor } from '@trainkit/safetensors';
import { type CheckpointStore, digestOf } from '@trainkit/trainer';
import { FileStore, type WriteStage } from '@trainkit/trainer/node';
import { z } from 'zod';
import { runDifference } from '../config/diff.js';
import { parseRunConfig } from '../config/run-config.js';
import type { RunConfig } from '../config/schema.js';
import type { TestMetrics } from '../figures/metrics.js';
import { type ActivationStatistics, activationSchema } from '../model/activation-statistics.js';
import { type Predictions, predictionsSchema } from '../model/prediction-summary.js';
import { UserError } from '../terminal/user-error.js';
import { digestOfFile } from './digests.js';
import { type Session, sessionsSchema } from './environment.js';
import { explained } from './explain.js';
import {
  isThere,
  movedFolder,
  REPLACE_RUN,
  readJson,
  readRecord,
  writeDurably,
  writeRecord,
} from './files.js';
import { readMetrics } from './metrics-file.js';
import { runPath } from './path.js';
import { type FinishedRun, type RunEnd, resultSchema } from './run.js';

/** The folder of one run, with its files. */
export class RunFolder {
  readonly path: string;
  readonly config: RunConfig;
  readonly #store: FileStore;

  private constructor(path: string, config: RunConfig) {
    this.path = path;
    this.config = config;
    this.#store = new FileStore(path);
  }

  /** Returns the folder for a run of this config. */
  static of(out: string, config: RunConfig): RunFolder {
    const { run, seed, data } = config;
    return new RunFolder(runPath(out, { data: data.name, run, seed }), config);
  }

  /**
   * Opens the folder of an existing run, with its own config.
   *
   * @throws UserError if it holds no run
   */
  static open(path: string): RunFolder {
    const configPath = join(path, 'config.json');
    if (!isThere(configPath) || !statSync(configPath).isFile()) {
      throw new UserError(`${path} is not the folder of a run: it has no config.json.`);
    }
    const parsed = parseRunConfig(readJson(configPath));
    if ('problem' in parsed)
      throw new UserError(`${configPath} is not the config of a run: ${parsed.problem}.`);
    return new RunFolder(path, parsed.config);
  }

  /** Returns the same run with a new total number of steps. */
  withSteps(maxSteps: number): RunFolder {
    return new RunFolder(this.path, { ...this.config, maxSteps });
  }

  /** The path of the run's metrics. */
  get metricsPath(): string {
    return join(this.path, 'metrics.jsonl');
  }

  /** The path of the model at the best evaluation so far, in PyTorch's layout. */
  get bestPath(): string {
    return join(this.#checkpointsPath, 'best.safetensors');
  }

  /** The path of the trained model, in PyTorch's layout. */
  get modelPath(): string {
    return join(this.path, 'model.safetensors');
  }

  /**
   * Returns the result of the run if it is finished, by its last step or by early stopping; else
   * null.
   *
   * @throws UserError if the folder holds a run with another config, naming the first field that
   *   differs. A config with more steps is the same run, not yet finished
   */
  finished(): FinishedRun | null {
    // Metrics without a config may belong to any config.
    if (!isThere(this.#configPath)) return null;
    this.#checkKinds(isFolder);
    this.#checkSameConfig();
    const result = readRecord(
      this.#endPath,
      resultSchema,
      'Remove it, and the run resumes from its last checkpoint.',
    );
    if (result === null || (result.step !== this.config.maxSteps && !result.stoppedEarly)) return null;
    const { sha256, ...end } = result;
    if (sha256 === undefined || digestOf(end) !== sha256.result) throw changed(this.#endPath);
    const metrics = readMetrics(this.metricsPath);
    const whole =
      metrics.train.length === end.step && metrics.train.every(({ step }, index) => step === index + 1);
    if (!whole || metrics.test.at(-1)?.step !== end.step) return null;
    if (digestOfFile(this.metricsPath) !== sha256.metrics) throw changed(this.metricsPath);
    return {
      end,
      metrics,
      activations:
        readRecord(
          this.#activationsPath,
          z.array(activationSchema),
          'Remove it: the report then does without.',
        ) ?? [],
      predictions: readRecord(
        this.#predictionsPath,
        predictionsSchema,
        'Remove it: the report then does without.',
      ),
      session: this.sessions.at(-1) ?? null,
    };
  }

  /** Returns true if the trained model is missing and can be restored from its checkpoint. */
  canRemakeModel(): boolean {
    return !isThere(this.modelPath) && isThere(join(this.#checkpointsPath, 'last.safetensors'));
  }

  /**
   * Returns the last trained step by the metrics. It is an estimate, since the run resumes from its
   * checkpoint.
   */
  reachedStep(): number {
    return isThere(this.metricsPath) ? (readMetrics(this.metricsPath).train.at(-1)?.step ?? 0) : 0;
  }

  /**
   * Locks the run's folder for this process until the returned function is called. The lock is
   * beside the folder.
   *
   * @throws UserError if another process has the lock, naming it
   */
  async lock(): Promise<() => void> {
    this.#makeFolder(this.path);
    try {
      return await this.#store.lock();
    } catch (error) {
      throw explained(error, this);
    }
  }

  /**
   * Returns the store of the run's checkpoints.
   *
   * @param onStage called at each stage of a write
   */
  checkpoints(onStage: (stage: WriteStage) => void): CheckpointStore {
    const { path } = this;
    const store = this.#store;
    return {
      name: path,
      folder: path,
      read: (name) => store.read(name),
      write: (name, bytes, options) => store.write(name, bytes, { ...options, onStage }),
    };
  }

  /**
   * Creates the folder of a run. An existing folder is kept if it has this config. `fresh` first
   * removes the files of the earlier run, and no others. Nothing is removed if a folder has the
   * path of a file, or a file the path of a folder.
   *
   * Files of a run without a config may belong to any config. They are set aside and not removed,
   * since a file server may hide a config for a moment.
   *
   * @returns the folder in which files were set aside, or null
   */
  prepare({ fresh }: { fresh: boolean }): string | null {
    this.#makeFolder(this.path);
    if (fresh) this.#discard();
    this.#checkKinds(isFolder);
    const isBegun = isThere(this.#configPath);
    if (isBegun) this.#checkSameConfig();
    const aside = isBegun || fresh ? null : this.#setAside();
    this.#write(this.#configPath, this.config);
    return aside;
  }

  /** The processes that trained the run so far, the latest last. */
  get sessions(): Session[] {
    try {
      return readRecord(this.#environmentPath, sessionsSchema)?.sessions ?? [];
    } catch {
      // The file is only information: if it is unreadable, the run must still resume.
      return [];
    }
  }

  addSession(session: Session): void {
    this.#write(this.#environmentPath, { sessions: [...this.sessions, session] });
  }

  writeActivations(activations: readonly ActivationStatistics[]): void {
    this.#write(this.#activationsPath, activations);
  }

  /** Writes the predictions of the trained model for the test set. */
  writePredictions(predictions: Predictions): void {
    this.#write(this.#predictionsPath, predictions);
  }

  /** Writes the trained model, in safetensors; must be called before {@link writeEnd}. */
  writeModel(bytes: Uint8Array): void {
    this.#checkLock();
    writeDurably(this.modelPath, bytes);
  }

  /** Writes the model of the best evaluation, in PyTorch's layout. */
  writeBest(model: Readonly<Record<string, SafeTensor>>, test: TestMetrics): void {
    // Parent folders are not created: if the run's folder is gone, this file would be its only one.
    if (!isThere(this.path)) throw movedFolder(this.path);
    this.#checkLock();
    this.#makeFolder(this.#checkpointsPath);
    const metadata = Object.fromEntries(Object.entries(test).map(([key, value]) => [key, String(value)]));
    writeDurably(this.bestPath, encodeSafetensors(model, { metadata }));
  }

  /** Marks the run as finished, with the digests of its files. */
  writeEnd(end: RunEnd): void {
    const sha256 = {
      metrics: digestOfFile(this.metricsPath),
      model: digestOfFile(this.modelPath),
      result: digestOf(end),
    };
    this.#write(this.#endPath, { ...end, sha256 });
  }

  /**
   * Checks that the trained model was not changed after the run.
   *
   * @throws UserError if it was changed
   */
  checkModel(): void {
    const digest = readRecord(this.#endPath, resultSchema)?.sha256?.model ?? null;
    if (digestOfFile(this.modelPath) !== digest) throw changed(this.modelPath);
  }

  get #files(): string[] {
    return [
      this.#configPath,
      this.#environmentPath,
      this.#activationsPath,
      this.#predictionsPath,
      this.#endPath,
      this.metricsPath,
      this.modelPath,
      this.bestPath,
    ];
  }

  get #checkpointFiles(): string[] {
    return CHECKPOINTS.map((name) => join(this.#checkpointsPath, name));
  }

  get #checkpointsPath(): string {
    return join(this.path, 'checkpoints');
  }

  get #configPath(): string {
    return join(this.path, 'config.json');
  }

  get #environmentPath(): string {
    return join(this.path, 'environment.json');
  }

  get #activationsPath(): string {
    return join(this.path, 'activations.json');
  }

  get #predictionsPath(): string {
    return join(this.path, 'predictions.json');
  }

  /** The path of the result, whose existence means that the run ended. */
  get #endPath(): string {
    return join(this.path, 'result.json');
  }

  #makeFolder(path: string): void {
    try {
      makeFolder(path);
    } catch (cause) {
      throw new UserError(
        `The run's folder ${this.path} cannot be created: ${errorReason(cause)}. Choose another with --out.`,
        { cause },
      );
    }
  }

  /**
   * Throws if a folder has the path of a file of the run, or a file that of its checkpoints.
   *
   * @param isFolder true for a folder at the path, false for a file, undefined for neither
   */
  #checkKinds(isFolder: (path: string) => boolean | undefined): void {
    if (isFolder(this.#checkpointsPath) === false)
      throw new UserError(`${this.#checkpointsPath} is a file; expected a folder of the run. Move it away.`);
    for (const path of [...this.#files, ...this.#checkpointFiles]) {
      if (isFolder(path) === true)
        throw new UserError(`${path} is a folder; expected a file of the run. Move it away.`);
    }
  }

  /**
   * Removes the files of a run, the config first, so that an interrupted removal leaves no valid
   * run.
   */
  #discard(): void {
    if (!isThere(this.path)) return;
    try {
      // All is checked before the first removal. A link in the place of a file can be removed.
      this.#checkKinds((path) =>
        path === this.#checkpointsPath
          ? statSync(path, { throwIfNoEntry: false })?.isDirectory()
          : lstatSync(path, { throwIfNoEntry: false })?.isDirectory(),
      );
      const written = this.#files.filter((path) => path !== this.#configPath);
      for (const path of [this.#configPath, ...written, ...this.#checkpointFiles, ...this.#eventFiles()])
        removeFile(path);
      removeIfEmpty(this.#checkpointsPath);
    } catch (cause) {
      if (cause instanceof UserError) throw cause;
      throw new UserError(
        `The earlier run in ${this.path} cannot be removed: ${errorReason(cause)}. Choose another --out.`,
        { cause },
      );
    }
  }

  /**
   * Moves the files of an unknown run into a folder of their own; returns this folder, or null
   * without files.
   */
  #setAside(): string | null {
    const files = this.#files.filter(
      (path) => path !== this.bestPath && isThere(path) && statSync(path).isFile(),
    );
    const isSaved = CHECKPOINTS.some((name) => isThere(join(this.#checkpointsPath, name)));
    const checkpoints = isSaved ? [this.#checkpointsPath] : [];
    const found = [...checkpoints, ...files, ...this.#eventFiles()];
    if (found.length === 0) return null;
    try {
      const aside = makeNumbered(join(this.path, 'set-aside'));
      for (const path of found) renameSync(path, join(aside, basename(path)));
      return aside;
    } catch (cause) {
      throw new UserError(
        `${this.path} holds files of a run but no config.json, and they cannot be set aside: ${errorReason(cause)}. ` +
          'Move them away, or choose another --out.',
        { cause },
      );
    }
  }

  #eventFiles(): string[] {
    const names = readdirSync(this.path).filter((name) => name.startsWith('events.out.tfevents.'));
    return names.map((name) => join(this.path, name));
  }

  /** Writes a file, unless another process took the lock while this one was suspended. */
  #write(path: string, value: unknown): void {
    this.#checkLock();
    writeRecord(path, value);
  }

  #checkLock(): void {
    try {
      this.#store.checkLock();
    } catch (error) {
      throw explained(error, this);
    }
  }

  #checkSameConfig(): void {
    const before = readJson(this.#configPath);
    if (typeof before !== 'object' || before === null || Array.isArray(before)) {
      throw new UserError(
        `${this.#configPath} contains ${JSON.stringify(before).slice(0, 80)}; expected a config. ${REPLACE_RUN}`,
      );
    }
    const difference = runDifference(before, this.config);
    if (!difference) return;
    const { field, before: old, now } = difference;
    throw new UserError(
      `${this.path} holds a run with another config: ${field} was ${JSON.stringify(old)} and is now ${JSON.stringify(now)}. ` +
        `To replace it, use \`run … --fresh\`; or choose another --out.${field === 'maxSteps' ? ' (More steps than before would continue it.)' : ''}`,
    );
  }
}

/** The names of a run's checkpoints in its folder `checkpoints`. */
const CHECKPOINTS: readonly string[] = [
  'last.safetensors',
  'previous.safetensors',
  'last.safetensors.unusable',
  'best.safetensors',
];

function changed(path: string): UserError {
  return new UserError(
    `${path} was changed after the run had ended: its SHA-256 differs from the one in result.json. Restore it. ${REPLACE_RUN}`,
  );
}

function isFolder(path: string): boolean | undefined {
  return isThere(path) ? statSync(path).isDirectory() : undefined;
}

/** Removes a file or a link. A folder of this name was not written by this program and stays. */
function removeFile(path: string): void {
  try {
    if (!lstatSync(path).isDirectory()) unlinkSync(path);
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw error;
  }
}

function removeIfEmpty(path: string): void {
  try {
    rmdirSync(path);
  } catch (error) {
    const code = errorCode(error);
    // A link to another folder belongs to the user.
    if (code !== 'ENOENT' && code !== 'ENOTEMPTY' && code !== 'EEXIST' && code !== 'ENOTDIR') throw error;
  }
}

/** Creates the first folder of `name-1`, `name-2`, … that does not exist. */
function makeNumbered(name: string): string {
  for (let number = 1; ; number++) {
    try {
      mkdirSync(`${name}-${number}`);
      return `${name}-${number}`;
    } catch (error) {
      if (errorCode(error) !== 'EEXIST') throw error;
    }
  }
}

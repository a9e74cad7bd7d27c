import { lstatSync, mkdirSync, readdirSync, renameSync, rmdirSync, statSync, unlinkSync } from 'node:fs';
import { basename, join } from 'node:path';
import { errorCode, errorMessage } from '@trainkit/checks';
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
import { UserError } from '../terminal/user-error.js';
import { digestOfFile } from './digests.js';
import { type Session, sessionsSchema } from './environment.js';
import { explained } from './explain.js';
import { isThere, MAKE_ANEW, movedFolder, readJson, readRecord, writeDurably, writeRecord } from './files.js';
import { readMetrics } from './metrics-file.js';
import { runPath } from './path.js';
import { type FinishedRun, type RunEnd, resultSchema } from './run.js';

/** The folder of one run, and what is in it. */
export class RunFolder {
  readonly path: string;
  readonly config: RunConfig;
  readonly #store: FileStore;

  private constructor(path: string, config: RunConfig) {
    this.path = path;
    this.config = config;
    this.#store = new FileStore(path);
  }

  /** Where a run of this config belongs. */
  static of(out: string, config: RunConfig): RunFolder {
    const { run, seed, data } = config;
    return new RunFolder(runPath(out, { data: data.name, run, seed }), config);
  }

  /**
   * The folder of a run that is there, with its own config.
   *
   * @throws UserError where it holds none
   */
  static open(path: string): RunFolder {
    const configPath = join(path, 'config.json');
    if (!isThere(configPath) || !statSync(configPath).isFile()) {
      throw new UserError(`${path} is not the folder of a run: it has no config.json.`);
    }
    const parsed = parseRunConfig(readJson(configPath));
    if ('problem' in parsed) throw new UserError(`${configPath} is no config of a run: ${parsed.problem}.`);
    return new RunFolder(path, parsed.config);
  }

  /** The same run with so many steps in all. */
  withSteps(maxSteps: number): RunFolder {
    return new RunFolder(this.path, { ...this.config, maxSteps });
  }

  /** Where the run's metrics go. */
  get metricsPath(): string {
    return join(this.path, 'metrics.jsonl');
  }

  /** Where the model at the best evaluation so far goes, in PyTorch's layout. */
  get bestPath(): string {
    return join(this.#checkpointsPath, 'best.safetensors');
  }

  /** Where the trained model goes, in PyTorch's layout. */
  get modelPath(): string {
    return join(this.path, 'model.safetensors');
  }

  /**
   * What the run gave, if it is finished here: it came to its last step, or early stopping ended it.
   *
   * @throws UserError where the folder holds a run with another config, naming the first field that differs; more steps
   * are no other config, but the same run, not yet finished
   */
  finished(): FinishedRun | null {
    // Metrics without a config may be of any config.
    if (!isThere(this.#configPath)) return null;
    this.#checkSameConfig();
    const result = readRecord(
      this.#endPath,
      resultSchema,
      'Remove it, and the run goes on from its last checkpoint.',
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
    };
  }

  /** Whether the trained model is gone, and its checkpoint is there to make it of again. */
  canRemakeModel(): boolean {
    return !isThere(this.modelPath) && isThere(join(this.#checkpointsPath, 'last.safetensors'));
  }

  /** How far the run was trained, by its metrics; for an estimate, since only its checkpoint tells from where it goes on. */
  reachedStep(): number {
    return isThere(this.metricsPath) ? (readMetrics(this.metricsPath).train.at(-1)?.step ?? 0) : 0;
  }

  /**
   * Makes the run's folder this process's own, until what it returns is called; the lock lies beside the folder.
   *
   * @throws UserError where another process makes this run, naming it
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
   * Where the run's checkpoints go.
   *
   * @param onStage is called at each stage of a write
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
   * Makes the folder for a run. One that is there is kept if its config is this one; `fresh` removes the files of the
   * earlier run first, and no others.
   *
   * Files of a run whose config is not there may be of any config: they are set aside, since a config that a file server
   * does not show for a moment looks the same.
   *
   * @returns the folder in which files were set aside, or null
   */
  prepare({ fresh }: { fresh: boolean }): string | null {
    if (fresh) this.#discard();
    this.#makeFolder(this.path);
    const isBegun = isThere(this.#configPath);
    if (isBegun) this.#checkSameConfig();
    const aside = isBegun || fresh ? null : this.#setAside();
    for (const path of this.#files) {
      if (isThere(path) && statSync(path).isDirectory())
        throw new UserError(`${path} is a folder, where the run keeps a file. Move it away.`);
    }
    this.#write(this.#configPath, this.config);
    return aside;
  }

  /** The processes that made the run so far, the latest last. */
  get sessions(): Session[] {
    try {
      return readRecord(this.#environmentPath, sessionsSchema)?.sessions ?? [];
    } catch {
      // It tells where a run was made and decides nothing: an unreadable one must not keep a run from going on.
      return [];
    }
  }

  addSession(session: Session): void {
    this.#write(this.#environmentPath, { sessions: [...this.sessions, session] });
  }

  writeActivations(activations: readonly ActivationStatistics[]): void {
    this.#write(this.#activationsPath, activations);
  }

  /** The trained model, in safetensors; before {@link writeEnd}. */
  writeModel(bytes: Uint8Array): void {
    this.#checkLock();
    writeDurably(this.modelPath, bytes);
  }

  /** Writes the model as it was at the best evaluation, in PyTorch's layout. */
  writeBest(model: Readonly<Record<string, SafeTensor>>, test: TestMetrics): void {
    // Not the folders above: where the run's own is gone, this file would be all of a run that is left.
    if (!isThere(this.path)) throw movedFolder(this.path);
    this.#checkLock();
    this.#makeFolder(this.#checkpointsPath);
    const metadata = Object.fromEntries(Object.entries(test).map(([key, value]) => [key, String(value)]));
    writeDurably(this.bestPath, encodeSafetensors(model, { metadata }));
  }

  /** Says that the run is finished, with the digests of what it left. */
  writeEnd(end: RunEnd): void {
    const sha256 = {
      metrics: digestOfFile(this.metricsPath),
      model: digestOfFile(this.modelPath),
      result: digestOf(end),
    };
    this.#write(this.#endPath, { ...end, sha256 });
  }

  /**
   * Checks that the trained model is the one that the run left.
   *
   * @throws UserError where it was changed
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
      this.#endPath,
      this.metricsPath,
      this.modelPath,
      this.bestPath,
    ];
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

  /** Its being there says that the run ended. */
  get #endPath(): string {
    return join(this.path, 'result.json');
  }

  #makeFolder(path: string): void {
    try {
      makeFolder(path);
    } catch (cause) {
      throw new UserError(
        `The run's folder ${this.path} cannot be made: ${errorMessage(cause)}. Choose another with --out.`,
        { cause },
      );
    }
  }

  /** Removes what a run wrote, the config first: a run whose removal is cut short must not look like one. */
  #discard(): void {
    if (!isThere(this.path)) return;
    try {
      const written = this.#files.filter((path) => path !== this.#configPath);
      const checkpoints = CHECKPOINTS.map((name) => join(this.#checkpointsPath, name));
      for (const path of [this.#configPath, ...written, ...checkpoints, ...this.#eventFiles()])
        removeFile(path);
      removeIfEmpty(this.#checkpointsPath);
    } catch (cause) {
      throw new UserError(
        `The earlier run in ${this.path} cannot be removed: ${errorMessage(cause)}. Choose another --out.`,
        { cause },
      );
    }
  }

  /** Moves the files of an unknown run into a folder of their own; returns it, or null where there are none. */
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
        `${this.path} holds files of a run but no config.json, and they cannot be set aside: ${errorMessage(cause)}. ` +
          'Move them away, or choose another --out.',
        { cause },
      );
    }
  }

  #eventFiles(): string[] {
    const names = readdirSync(this.path).filter((name) => name.startsWith('events.out.tfevents.'));
    return names.map((name) => join(this.path, name));
  }

  /** Writes a file, unless another process took the run while this one was suspended. */
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
        `${this.#configPath} holds no config but ${JSON.stringify(before).slice(0, 80)}. ${MAKE_ANEW}`,
      );
    }
    const difference = runDifference(before, this.config);
    if (!difference) return;
    const { field, before: old, now } = difference;
    throw new UserError(
      `${this.path} holds a run with another config: ${field} was ${JSON.stringify(old)} and is now ${JSON.stringify(now)}. ` +
        `To replace it, make it with \`run … --fresh\`; or choose another --out.${field === 'maxSteps' ? ' (More steps than before would go on with it.)' : ''}`,
    );
  }
}

/** The checkpoints of a run by their names in its folder `checkpoints`. */
const CHECKPOINTS: readonly string[] = [
  'last.safetensors',
  'previous.safetensors',
  'last.safetensors.unusable',
  'best.safetensors',
];

function changed(path: string): UserError {
  return new UserError(
    `${path} was changed after the run had ended: its SHA-256 is another than result.json says. Restore it. ${MAKE_ANEW}`,
  );
}

/** Removes a file, or a link; a folder of its name is no work of this program and stays. */
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
    // A link to a folder elsewhere is a person's.
    if (code !== 'ENOENT' && code !== 'ENOTEMPTY' && code !== 'EEXIST' && code !== 'ENOTDIR') throw error;
  }
}

/** Makes the first folder of `name-1`, `name-2`, … that is not there yet. */
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

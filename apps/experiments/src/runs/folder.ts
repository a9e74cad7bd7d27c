import { existsSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { errorMessage } from '@trainkit/checks';
import { makeFolder } from '@trainkit/checks/files';
import { encodeSafetensors, type SafeTensor } from '@trainkit/safetensors';
import type { CheckpointStore } from '@trainkit/trainer';
import { FileStore, type WriteStage } from '@trainkit/trainer/node';
import { z } from 'zod';
import { runDifference } from '../config/diff.js';
import { parseRunConfig } from '../config/run-config.js';
import type { RunConfig } from '../config/schema.js';
import type { TestMetrics } from '../figures/metrics.js';
import { type ActivationStatistics, activationSchema } from '../model/activation-statistics.js';
import { UserError } from '../terminal/user-error.js';
import { type Session, sessionsSchema } from './environment.js';
import { explained } from './explain.js';
import { MAKE_ANEW, movedFolder, readJson, readRecord, writeDurably, writeRecord } from './files.js';
import { readMetrics } from './metrics-file.js';
import { runPath } from './path.js';
import { endSchema, type FinishedRun, type RunEnd } from './run.js';

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
    if (!statSync(configPath, { throwIfNoEntry: false })?.isFile()) {
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
    if (!existsSync(this.#configPath)) return null;
    this.#checkSameConfig();
    const end = readRecord(
      this.#endPath,
      endSchema,
      'Remove it, and the run goes on from its last checkpoint.',
    );
    if (end === null || (end.step !== this.config.maxSteps && !end.stoppedEarly)) return null;
    const metrics = readMetrics(this.metricsPath);
    const whole =
      metrics.train.length === end.step && metrics.train.every(({ step }, index) => step === index + 1);
    if (!whole || metrics.test.at(-1)?.step !== end.step) return null;
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
    return !existsSync(this.modelPath) && existsSync(join(this.#checkpointsPath, 'last.safetensors'));
  }

  /** How far the run was trained, by its metrics; for an estimate, since only its checkpoint tells from where it goes on. */
  reachedStep(): number {
    return existsSync(this.metricsPath) ? (readMetrics(this.metricsPath).train.at(-1)?.step ?? 0) : 0;
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

  /** Makes the folder for a run. One that is there is kept if its config is this one; `fresh` empties it first. */
  prepare({ fresh }: { fresh: boolean }): void {
    if (fresh) this.#discard();
    this.#makeFolder(this.path);
    if (existsSync(this.#configPath)) this.#checkSameConfig();
    else {
      // Of a run without a config nothing can be trusted.
      for (const name of [this.metricsPath, this.#checkpointsPath, this.#endPath])
        rmSync(name, { force: true, recursive: true });
    }
    for (const path of this.#files) {
      if (statSync(path, { throwIfNoEntry: false })?.isDirectory())
        throw new UserError(`${path} is a folder, where the run keeps a file. Move it away.`);
    }
    writeRecord(this.#configPath, this.config);
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
    writeRecord(this.#environmentPath, { sessions: [...this.sessions, session] });
  }

  writeActivations(activations: readonly ActivationStatistics[]): void {
    writeRecord(this.#activationsPath, activations);
  }

  /** The trained model, in safetensors; before {@link writeEnd}. */
  writeModel(bytes: Uint8Array): void {
    writeDurably(this.modelPath, bytes);
  }

  /** Writes the model as it was at the best evaluation, in PyTorch's layout. */
  writeBest(model: Readonly<Record<string, SafeTensor>>, test: TestMetrics): void {
    // Not the folders above: where the run's own is gone, this file would be all of a run that is left.
    if (!existsSync(this.path)) throw movedFolder(this.path);
    this.#makeFolder(this.#checkpointsPath);
    const metadata = Object.fromEntries(Object.entries(test).map(([key, value]) => [key, String(value)]));
    writeDurably(this.bestPath, encodeSafetensors(model, { metadata }));
  }

  /** Says that the run is finished. */
  writeEnd(end: RunEnd): void {
    writeRecord(this.#endPath, end);
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

  /** Renamed first: a run whose removal is cut short must not look like one. */
  #discard(): void {
    if (!existsSync(this.path)) return;
    const discarded = `${this.path}.${process.pid}.discarded`;
    try {
      renameSync(this.path, discarded);
      rmSync(discarded, { recursive: true, force: true });
    } catch (cause) {
      throw new UserError(
        `The earlier run in ${this.path} cannot be removed: ${errorMessage(cause)}. Choose another --out.`,
        { cause },
      );
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

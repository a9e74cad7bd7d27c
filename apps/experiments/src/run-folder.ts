import { existsSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { type ActivationStatistics, activationSchema } from './activations.js';
import { firstDifference, parseRunConfig, type RunConfig } from './config/run-config.js';
import { type Session, sessionsSchema } from './environment.js';
import { takeLock } from './lock.js';
import { makeFolder } from './make-folder.js';
import { readMetrics } from './metrics.js';
import { endSchema, type FinishedRun, type RunEnd } from './run-result.js';
import { messageOf, UserError } from './user-error.js';
import { writeWhole } from './write-whole.js';

/** The folder of one run: `<out>/runs/<name>/seed-<n>`, on the sample `<out>/runs/sample/<name>/seed-<n>`. */
export class RunFolder {
  readonly path: string;
  readonly config: RunConfig;

  private constructor(path: string, config: RunConfig) {
    this.path = path;
    this.config = config;
  }

  /** Where a run of this config belongs. */
  static of(out: string, config: RunConfig): RunFolder {
    return new RunFolder(
      join(runsFolder(out, config.data.name), ...config.run.split('/'), `seed-${config.seed}`),
      config,
    );
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

  /** Where its checkpoints go. */
  get checkpointsPath(): string {
    return join(this.path, 'checkpoints');
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
    const end = this.#read('result.json', endSchema);
    if (end === null || (end.step !== this.config.maxSteps && !end.stoppedEarly)) return null;
    const metrics = readMetrics(this.metricsPath);
    const whole =
      metrics.train.length === end.step && metrics.train.every(({ step }, index) => step === index + 1);
    if (!whole || metrics.test.at(-1)?.step !== end.step) return null;
    return { end, metrics, activations: this.#read('activations.json', z.array(activationSchema)) ?? [] };
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
  lock(): () => void {
    this.#makeFolder(dirname(this.path));
    return takeLock(`${this.path}.lock`, `The run's folder ${this.path}`);
  }

  /** Makes the folder for a run. One that is there is kept if its config is this one; `fresh` empties it first. */
  prepare({ fresh }: { fresh: boolean }): void {
    if (fresh) this.#discard();
    this.#makeFolder(this.path);
    if (existsSync(this.#configPath)) this.#checkSameConfig();
    else {
      // Of a run without a config nothing can be trusted.
      for (const name of [this.metricsPath, this.checkpointsPath, join(this.path, 'result.json')])
        rmSync(name, { force: true, recursive: true });
    }
    this.#writeJson('config.json', this.config);
  }

  /** The processes that made the run so far, the latest last. */
  get sessions(): Session[] {
    try {
      return this.#read('environment.json', sessionsSchema)?.sessions ?? [];
    } catch {
      // It tells where a run was made and decides nothing: an unreadable one must not keep a run from going on.
      return [];
    }
  }

  addSession(session: Session): void {
    this.#writeJson('environment.json', { sessions: [...this.sessions, session] });
  }

  writeActivations(activations: readonly ActivationStatistics[]): void {
    this.#writeJson('activations.json', activations);
  }

  /** The trained model, in safetensors; before {@link writeEnd}. */
  writeModel(bytes: Uint8Array): void {
    this.#write(this.modelPath, bytes);
  }

  /** Says that the run is finished. */
  writeEnd(end: RunEnd): void {
    this.#writeJson('result.json', end);
  }

  get #configPath(): string {
    return join(this.path, 'config.json');
  }

  #makeFolder(path: string): void {
    try {
      makeFolder(path);
    } catch (cause) {
      throw new UserError(
        `The run's folder ${this.path} cannot be made: ${messageOf(cause)}. Choose another with --out.`,
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
        `The earlier run in ${this.path} cannot be removed: ${messageOf(cause)}. Choose another --out.`,
        { cause },
      );
    }
  }

  /** A file of the folder, checked; null where it is not there. */
  #read<T>(name: string, schema: z.ZodType<T>): T | null {
    const path = join(this.path, name);
    if (!existsSync(path)) return null;
    const parsed = schema.safeParse(readJson(path));
    if (parsed.success) return parsed.data;
    const [issue] = parsed.error.issues;
    throw new UserError(
      `${path} is not what this program writes (${[issue?.path.join('.'), issue?.message].filter(Boolean).join(': ')}). Make the run anew with --fresh.`,
    );
  }

  #writeJson(name: string, value: unknown): void {
    this.#write(join(this.path, name), `${JSON.stringify(value, null, 2)}\n`);
  }

  #write(path: string, contents: string | Uint8Array): void {
    try {
      writeWhole(path, contents, { durable: true });
    } catch (cause) {
      throw new UserError(
        `${path} could not be written: ${messageOf(cause)}. Free some space, or choose another folder with --out.`,
        { cause },
      );
    }
  }

  #checkSameConfig(): void {
    const before = readJson(this.#configPath);
    if (typeof before !== 'object' || before === null || Array.isArray(before)) {
      throw new UserError(
        `${this.#configPath} holds no config but ${JSON.stringify(before).slice(0, 80)}. Make the run anew with --fresh.`,
      );
    }
    const steps = Number('maxSteps' in before ? before.maxSteps : Number.NaN);
    const { maxSteps } = this.config;
    const difference = firstDifference(steps < maxSteps ? { ...before, maxSteps } : before, this.config);
    if (!difference) return;
    const { field, before: old, now } = difference;
    throw new UserError(
      `${this.path} holds a run with another config: ${field} was ${JSON.stringify(old)} and is now ${JSON.stringify(now)}. ` +
        `To replace it, make it with --fresh; or choose another --out.${field === 'maxSteps' ? ' (More steps than before would go on with it.)' : ''}`,
    );
  }
}

/** Where all runs on a kind of data are. */
export function runsFolder(out: string, data: RunConfig['data']['name']): string {
  return data === 'sample' ? join(out, 'runs', 'sample') : join(out, 'runs');
}

function readJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (cause) {
    throw new UserError(
      `${path} cannot be read as JSON: ${messageOf(cause)}. Make the run anew with --fresh.`,
      {
        cause,
      },
    );
  }
}

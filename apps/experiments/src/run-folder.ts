import { existsSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { ActivationStatistics } from './activations.js';
import { firstDifference, type RunConfig } from './config.js';
import type { Environment } from './environment.js';
import { takeLock } from './lock.js';
import { makeFolder } from './make-folder.js';
import { type Metrics, readMetrics } from './metrics.js';
import { messageOf, UserError } from './user-error.js';
import { writeWhole } from './write-whole.js';

/** The folder of one run: `<out>/runs/<name>/seed-<n>`, on the sample `<out>/runs/sample/<name>/seed-<n>`. */
export class RunFolder {
  readonly path: string;
  readonly #config: RunConfig;

  constructor(out: string, config: RunConfig) {
    const place = config.data.name === 'sample' ? ['runs', 'sample'] : ['runs'];
    this.path = join(out, ...place, ...config.run.split('/'), `seed-${config.seed}`);
    this.#config = config;
  }

  /** Where the run's metrics go. */
  get metricsPath(): string {
    return join(this.path, 'metrics.jsonl');
  }

  /**
   * What the run gave, if it is finished here: its last line is the test evaluation at the last step.
   *
   * @throws UserError where the folder holds a run with another config, naming the first field that differs
   */
  finished(): Metrics | null {
    // Metrics without a config may be of any config.
    if (!existsSync(this.#configPath)) return null;
    this.#checkSameConfig();
    if (!existsSync(this.metricsPath)) return null;
    const metrics = readMetrics(this.metricsPath);
    const { steps } = this.#config;
    const whole =
      metrics.train.length === steps && metrics.train.every(({ step }, index) => step === index + 1);
    return whole && metrics.test.at(-1)?.step === steps ? metrics : null;
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
      rmSync(this.metricsPath, { force: true, recursive: true });
      this.#writeJson('config.json', this.#config);
    }
  }

  writeEnvironment(environment: Environment): void {
    this.#writeJson('environment.json', environment);
  }

  writeActivations(activations: readonly ActivationStatistics[]): void {
    this.#writeJson('activations.json', activations);
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

  #writeJson(name: string, value: unknown): void {
    const path = join(this.path, name);
    try {
      writeWhole(path, `${JSON.stringify(value, null, 2)}\n`);
    } catch (cause) {
      throw new UserError(`${path} could not be written: ${messageOf(cause)}.`, { cause });
    }
  }

  #checkSameConfig(): void {
    const before = readJson(this.#configPath);
    if (typeof before !== 'object' || before === null || Array.isArray(before)) {
      throw new UserError(
        `${this.#configPath} holds no config but ${JSON.stringify(before).slice(0, 80)}. Use --fresh to run anew.`,
      );
    }
    const difference = firstDifference(before, this.#config);
    if (!difference) return;
    const { field, before: old, now } = difference;
    throw new UserError(
      `${this.path} holds a run with another config: ${field} was ${JSON.stringify(old)} and is now ${JSON.stringify(now)}. ` +
        'Use --fresh to replace it, or another --out.',
    );
  }
}

function readJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (cause) {
    throw new UserError(`${path} cannot be read as JSON: ${messageOf(cause)}. Use --fresh to run anew.`, {
      cause,
    });
  }
}

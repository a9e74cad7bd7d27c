import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ActivationStatistics } from './activations.js';
import { firstDifference, type RunConfig } from './config.js';
import type { Environment } from './environment.js';
import { makeFolder } from './make-folder.js';
import { type Metrics, readMetrics } from './metrics.js';
import { messageOf, UserError } from './user-error.js';

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
   * Makes the folder for a run. One that is there is kept if its config is this one; `fresh` empties it first.
   *
   * @throws UserError naming the first field in which the configs differ
   */
  prepare({ fresh }: { fresh: boolean }): void {
    const configPath = join(this.path, 'config.json');
    try {
      if (fresh) this.#discard();
      makeFolder(this.path);
    } catch (cause) {
      throw new UserError(
        `The run's folder ${this.path} cannot be made: ${messageOf(cause)}. Choose another with --out.`,
        {
          cause,
        },
      );
    }
    if (existsSync(configPath)) this.#checkSameConfig(readJson(configPath));
    else {
      // Metrics without a config may be of any config.
      rmSync(this.metricsPath, { force: true, recursive: true });
      this.#writeJson('config.json', this.#config);
    }
  }

  /** What the run gave, if it is finished: its last line is the test evaluation at the last step. */
  finished(): Metrics | null {
    if (!existsSync(this.metricsPath)) return null;
    const metrics = readMetrics(this.metricsPath);
    const { steps } = this.#config;
    const whole =
      metrics.train.length === steps && metrics.train.every(({ step }, index) => step === index + 1);
    return whole && metrics.test.at(-1)?.step === steps ? metrics : null;
  }

  writeEnvironment(environment: Environment): void {
    this.#writeJson('environment.json', environment);
  }

  writeActivations(activations: readonly ActivationStatistics[]): void {
    this.#writeJson('activations.json', activations);
  }

  /** Renamed first: a run whose removal is cut short must not look like one. */
  #discard(): void {
    if (!existsSync(this.path)) return;
    const discarded = `${this.path}.${process.pid}.discarded`;
    renameSync(this.path, discarded);
    rmSync(discarded, { recursive: true, force: true });
  }

  /** Temporary file, then rename: a reader sees the whole file or none. */
  #writeJson(name: string, value: unknown): void {
    const path = join(this.path, name);
    const temporary = `${path}.${process.pid}.tmp`;
    try {
      writeFileSync(temporary, `${JSON.stringify(value, null, 2)}\n`);
      renameSync(temporary, path);
    } catch (cause) {
      rmSync(temporary, { force: true });
      throw new UserError(`${path} could not be written: ${messageOf(cause)}.`, { cause });
    }
  }

  #checkSameConfig(before: unknown): void {
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

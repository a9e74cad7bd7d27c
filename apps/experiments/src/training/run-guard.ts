import { runDifference } from '../config/diff.js';
import type { RunConfig } from '../config/schema.js';
import { REPLACE_RUN } from '../runs/files.js';
import { UserError } from '../terminal/user-error.js';

/**
 * The config in a checkpoint, which rejects the checkpoint of another run. A config with more steps
 * is the same run.
 */
export class RunGuard {
  readonly #config: RunConfig;

  constructor(config: RunConfig) {
    this.#config = config;
  }

  /** Returns the run's config. */
  stateDict(): RunConfig {
    return this.#config;
  }

  /** @throws UserError naming the first setting that differs */
  loadStateDict(state: unknown): void {
    const difference = runDifference(state, this.#config);
    if (difference === null) return;
    const { field, before, now } = difference;
    throw new UserError(
      `The checkpoint belongs to another config: its ${field} is ${JSON.stringify(before)}, the run's is ${JSON.stringify(now)}. ${REPLACE_RUN}`,
    );
  }
}

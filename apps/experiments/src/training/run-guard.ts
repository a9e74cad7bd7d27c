import { runDifference } from '../config/diff.js';
import type { RunConfig } from '../config/schema.js';
import { MAKE_ANEW } from '../runs/files.js';
import { UserError } from '../terminal/user-error.js';

/** The config in a checkpoint: refuses the checkpoint of another run. More steps are the same run. */
export class RunGuard {
  readonly #config: RunConfig;

  constructor(config: RunConfig) {
    this.#config = config;
  }

  /** The run's config. */
  stateDict(): RunConfig {
    return this.#config;
  }

  /** @throws UserError naming the first setting that differs */
  loadStateDict(state: unknown): void {
    const difference = runDifference(state, this.#config);
    if (difference === null) return;
    const { field, before, now } = difference;
    throw new UserError(
      `The checkpoint belongs to another config: its ${field} is ${JSON.stringify(before)}, the run's is ${JSON.stringify(now)}. ${MAKE_ANEW}`,
    );
  }
}

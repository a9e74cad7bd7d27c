import { isSeed, SEED_RANGE } from '../config/seed.js';
import { UserError } from '../terminal/user-error.js';
import type { RunDefinition } from './run.js';

/** One run with one seed: what a worker process makes, and what `--index` counts. */
export interface Task {
  run: RunDefinition;
  seed: bigint;
}

/**
 * The runs with `seeds` seeds each, from `seed` on: run by run, of each the seeds one after the other.
 *
 * @throws UserError where the last of them are no seeds
 */
export function tasksOf(
  runs: readonly RunDefinition[],
  { seed, seeds }: { seed: bigint; seeds: number },
): Task[] {
  const last = seed + BigInt(seeds - 1);
  if (!isSeed(last)) {
    throw new UserError(
      `--seeds is ${seeds} and --seed is ${seed}, so the last seed is ${last}: a seed lies ${SEED_RANGE}. Begin with a smaller one.`,
    );
  }
  return [...new Set(runs)].flatMap((run) =>
    Array.from({ length: seeds }, (_, offset) => ({ run, seed: seed + BigInt(offset) })),
  );
}

/**
 * The task of that number, from 0 on; one that there is not is an error that says which there are.
 *
 * @param listedBy the command that lists them
 */
export function taskAt(tasks: readonly Task[], index: number, listedBy: string | null = null): Task {
  const task = tasks[index];
  if (task) return task;
  if (tasks.length === 0) {
    throw new UserError(
      `There is no run ${index}: these sections train nothing, so --index has nothing to count. Leave it out.`,
    );
  }
  throw new UserError(
    `There is no run ${index}: the list has ${tasks.length}, from 0 to ${tasks.length - 1}.${listedBy === null ? '' : ` Shown by: ${listedBy}`}`,
  );
}

/** A task in words. */
export function taskName({ run, seed }: Task): string {
  return `${run.name}, seed ${seed}`;
}

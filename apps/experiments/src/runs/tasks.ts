import { isSeed, SEED_RANGE } from '../config/seed.js';
import { UserError } from '../terminal/user-error.js';
import type { RunDefinition } from './run.js';

/** One run with one seed: the unit of a worker process and of `--index`. */
export interface Task {
  run: RunDefinition;
  seed: bigint;
}

/**
 * Returns the runs with `seeds` seeds each, from `seed` on: run by run, and for each run seed by
 * seed.
 *
 * @throws UserError if the last of them are out of range
 */
export function tasksOf(
  runs: readonly RunDefinition[],
  { seed, seeds }: { seed: bigint; seeds: number },
): Task[] {
  const last = seed + BigInt(seeds - 1);
  if (!isSeed(last)) {
    throw new UserError(
      `--seeds is ${seeds} and --seed is ${seed}, so the last seed is ${last}: a seed is ${SEED_RANGE}. Begin with a smaller one.`,
    );
  }
  return [...new Set(runs)].flatMap((run) =>
    Array.from({ length: seeds }, (_, offset) => ({ run, seed: seed + BigInt(offset) })),
  );
}

/**
 * Returns the task of a number, from 0 on; throws an error with the existing numbers if there is
 * none.
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

/** Returns the name of a task. */
export function taskName({ run, seed }: Task): string {
  return `${run.name}, seed ${seed}`;
}

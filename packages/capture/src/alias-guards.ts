import type { Tensor } from '@tensorflow/tfjs-core';
import type { Alias, Owner, Recording } from './recording.js';

/**
 * Owners of data that two runs of a step could not tell apart: a replay is the step only as long as
 * they are one.
 */
export interface AliasGuard {
  owners: readonly Owner[];
  /**
   * Their data, where somebody unknown has had them in both runs: the step may mean that one, and
   * then never others.
   */
  data: Tensor['dataId'] | null;
}

/**
 * The guards that two runs that agree leave open. `clone`, `tf.variable(tensor)` and
 * `variable.assign(other)` share data, and an op tells only the data that it reads; what was apart
 * in one of the runs is known by it.
 */
export function aliasGuardsOf(before: Recording, now: Recording): AliasGuard[] {
  return now.aliases.flatMap((alias) => before.aliases.flatMap((earlier) => aliasGuardOf(earlier, alias)));
}

/** The guards that are still open when a further run has agreed. */
export function narrowed(aliasGuards: readonly AliasGuard[], now: Recording): AliasGuard[] {
  return aliasGuards.flatMap(({ owners, data }) =>
    now.aliases.flatMap((alias) =>
      aliasGuardOf({ owners, data: data ?? alias.data, others: data !== null }, alias),
    ),
  );
}

/**
 * Returns true where two lists of guards are the same; `narrowed` only ever leaves some out, or
 * shortens them.
 */
export function sameAliasGuards(a: readonly AliasGuard[], b: readonly AliasGuard[]): boolean {
  return (
    a.length === b.length &&
    a.every(({ owners, data }, i) => data === b[i]?.data && owners.length === b[i].owners.length)
  );
}

function aliasGuardOf(earlier: Alias, now: Alias): AliasGuard[] {
  const owners = now.owners.filter((owner) => earlier.owners.includes(owner));
  const data = earlier.data === now.data && earlier.others && now.others ? now.data : null;
  return owners.length > 1 || (owners.length === 1 && data !== null) ? [{ owners, data }] : [];
}

/** Returns true where all owners still have the same data, for these arguments. */
export function guardHolds({ owners, data }: AliasGuard, args: readonly Tensor[]): boolean {
  const all = owners.map((owner) => (typeof owner === 'number' ? args[owner]?.dataId : owner.dataId));
  const one = data ?? all[0];
  return all.every((each) => each === one);
}

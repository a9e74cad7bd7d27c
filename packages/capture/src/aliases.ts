import type { DataId, Tensor, Variable } from '@tensorflow/tfjs-core';
import type { Alias, Owner } from './recording.js';
import type { Target } from './target.js';

/**
 * The data that have several owners when a step begins, and those of the arguments: the step may
 * hold the very tensor that it is given.
 */
export function findAliases(
  target: Target,
  variables: readonly Variable[],
  args: readonly Tensor[],
): Alias[] {
  const owners = new Map<DataId, Owner[]>();
  const all: (readonly [Owner, Tensor])[] = [
    ...variables.map((variable) => [variable, variable] as const),
    ...args
      .map((argument, index) => [index, argument] as const)
      .filter(([, argument]) => !variables.some((variable) => variable === argument)),
  ];
  for (const [owner, { dataId }] of all) owners.set(dataId, [...(owners.get(dataId) ?? []), owner]);
  return [...owners]
    .map(([data, own]) => ({
      data,
      owners: own,
      others: own.some((owner) => typeof owner === 'number') || target.refCount(data) > own.length,
    }))
    .filter(({ owners: own, others }) => own.length > 1 || others);
}

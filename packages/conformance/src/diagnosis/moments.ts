/** Mean and variance (divided by the count) of the group that each element belongs to. */
export interface Moments {
  readonly mean: readonly number[];
  readonly variance: readonly number[];
  /** How many elements a group has. */
  readonly count: number;
}

/** The moments of each element's group; `groups` says which group an element belongs to. */
export function momentsOf(data: readonly number[], groups: readonly number[]): Moments {
  const mean = averages(data, groups);
  const variance = averages(
    data.map((value, i) => (value - mean[i]!) ** 2),
    groups,
  );
  return { mean, variance, count: groups.filter((group) => group === groups[0]).length };
}

function averages(data: readonly number[], groups: readonly number[]): number[] {
  const sums = new Map<number, { sum: number; count: number }>();
  for (const [i, value] of data.entries()) {
    const group = groups[i]!;
    const { sum, count } = sums.get(group) ?? { sum: 0, count: 0 };
    sums.set(group, { sum: sum + value, count: count + 1 });
  }
  return groups.map((group) => {
    const { sum, count } = sums.get(group)!;
    return sum / count;
  });
}

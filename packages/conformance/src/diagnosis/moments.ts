/** The mean and the variance (divided by the count) of each element's group. */
export interface Moments {
  readonly mean: readonly number[];
  readonly variance: readonly number[];
  /** The number of elements in a group. */
  readonly count: number;
}

/**
 * Computes the moments of each element's group; `groups` holds the group number of each element.
 */
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

/**
 * The learning rates of an optimizer's next step, by their names in logs; `{}` if the optimizer has
 * none.
 *
 * The first group's is `learning_rate`, the others' `learning_rate/1` and so on.
 */
export function learningRates(optimizer: object): Record<string, number> {
  const { learningRate, paramGroups, iterations }: OptimizerRates = optimizer;
  const groups = Array.isArray(paramGroups) ? paramGroups.slice(1) : [];
  const rates = [learningRate, ...groups.map((group) => rateOf(group, iterations))];
  return Object.fromEntries(
    rates.flatMap((rate, i) =>
      typeof rate === 'number' ? [[i === 0 ? 'learning_rate' : `learning_rate/${i}`, rate] as const] : [],
    ),
  );
}

interface OptimizerRates {
  learningRate?: unknown;
  paramGroups?: unknown;
  iterations?: unknown;
}

/** A rate may be a schedule, a function of the completed steps. */
function rateOf(group: unknown, iterations: unknown): unknown {
  if (typeof group !== 'object' || group === null || !('learningRate' in group)) return undefined;
  const { learningRate } = group;
  return typeof learningRate === 'function' ? learningRate(iterations) : learningRate;
}

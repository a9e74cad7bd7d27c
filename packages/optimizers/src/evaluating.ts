/** An optimizer whose variables have other values while they are evaluated: a schedule-free one. */
export interface EvaluatingOptimizer {
  /** Gives the variables their training values again. */
  train(): void;
  /** Gives the variables the values that are to be evaluated. */
  eval(): void;
  /** Runs `f` with the values that are to be evaluated, and returns what it returns. */
  evaluate<T>(f: () => T): T;
}

/** Returns those of the optimizers whose variables have other values while they are evaluated. */
export function evaluating(optimizers: readonly object[]): EvaluatingOptimizer[] {
  return optimizers.filter((optimizer): optimizer is EvaluatingOptimizer => 'evaluate' in optimizer);
}

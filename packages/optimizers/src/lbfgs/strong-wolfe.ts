/** A point on the line that is searched. */
export interface LinePoint {
  /** The length of the step to it. */
  t: number;
  loss: number;
  /** The gradient of all parameters. */
  gradient: Float64Array;
  /** The slope of the loss along the line. */
  slope: number;
}

/** A line to search. */
export interface LineSearch {
  /** The point with t = 0. */
  start: LinePoint;
  /** The step that is tried first. */
  t: number;
  evaluate: (t: number) => LinePoint;
  /** The largest absolute value in the direction of the line. */
  reach: number;
  /** The change of a parameter below which the search ends. */
  toleranceChange: number;
  maxIterations: number;
}

/** The share of the expected decrease that is sufficient. */
const C1 = 1e-4;
/** The share of the slope that may be left. */
const C2 = 0.9;

/**
 * Returns a point that fulfils the strong Wolfe conditions, or the best one that was found: loss ≤
 * start + C1 · t · slope, and
 * |slope| ≤ C2 · |slope at the start|.
 *
 * Steps grow until two points have a minimum between them; then the interval is narrowed by cubic
 * interpolation.
 *
 * Source: J. Nocedal, S. Wright, "Numerical Optimization", 2006, algorithms 3.5 and 3.6; M.
 * Schmidt, minFunc.
 */
export function strongWolfe({
  start,
  t,
  evaluate,
  reach,
  toleranceChange,
  maxIterations,
}: LineSearch): LinePoint {
  const isTooHigh = (point: LinePoint) => point.loss > start.loss + C1 * point.t * start.slope;
  const isFlat = (point: LinePoint) => Math.abs(point.slope) <= -C2 * start.slope;
  let [previous, current] = [start, evaluate(t)];
  let iterations = 0;
  while (true) {
    if (iterations >= maxIterations) return best(start, current).low;
    if (isTooHigh(current) || (iterations > 1 && current.loss >= previous.loss)) break;
    if (isFlat(current)) return current;
    if (current.slope >= 0) break;
    const next = cubicMinimum(previous, current, current.t + 0.01 * (current.t - previous.t), 10 * current.t);
    [previous, current] = [current, evaluate(next)];
    iterations++;
  }
  let { low, high } = best(previous, current);
  let isStuck = false;
  while (iterations < maxIterations && !(Math.abs(high.t - low.t) * reach < toleranceChange)) {
    const [left, right] = [Math.min(low.t, high.t), Math.max(low.t, high.t)];
    let next = cubicMinimum(low, high, left, right);
    const margin = 0.1 * (right - left);
    const isNearEnd = Math.min(right - next, next - left) < margin;
    // A second point in a row near an end is moved away from it.
    if (isNearEnd && (isStuck || next >= right || next <= left)) {
      next = Math.abs(next - right) < Math.abs(next - left) ? right - margin : left + margin;
      isStuck = false;
    } else isStuck = isNearEnd;
    const trial = evaluate(next);
    iterations++;
    if (isTooHigh(trial) || trial.loss >= low.loss) {
      ({ low, high } = best(low, trial));
      continue;
    }
    if (isFlat(trial)) return trial;
    if (trial.slope * (high.t - low.t) >= 0) high = low;
    low = trial;
  }
  return low;
}

function best(first: LinePoint, second: LinePoint): { low: LinePoint; high: LinePoint } {
  return first.loss <= second.loss ? { low: first, high: second } : { low: second, high: first };
}

/**
 * Returns where the cubic through two points with these slopes has its minimum, from `min` to
 * `max`.
 */
function cubicMinimum(a: LinePoint, b: LinePoint, min: number, max: number): number {
  const [left, right] = a.t <= b.t ? [a, b] : [b, a];
  const mean = left.slope + right.slope - (3 * (left.loss - right.loss)) / (left.t - right.t);
  const root = Math.sqrt(mean ** 2 - left.slope * right.slope);
  if (Number.isNaN(root)) return (min + max) / 2;
  const share = (right.slope + root - mean) / (right.slope - left.slope + 2 * root);
  return Math.min(Math.max(right.t - (right.t - left.t) * share, min), max);
}

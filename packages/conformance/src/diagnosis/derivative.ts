/**
 * Half the distance of the two points. In float64 the central difference is then right to about
 * 1e-10.
 */
const STEP = 1e-5;

/**
 * The gradient of `f` at `x` by central differences. The models of mistakes have no formula for
 * their gradients.
 */
export function derivative(f: (x: readonly number[]) => number, x: readonly number[]): number[] {
  return x.map((value, i) => (f(x.with(i, value + STEP)) - f(x.with(i, value - STEP))) / (2 * STEP));
}

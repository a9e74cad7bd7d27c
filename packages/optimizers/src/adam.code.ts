import { type Body, f32x4, type Local, simdFunction, simdModule, type Value, v128 } from '@trainkit/simd';

/** The numbers of one step. */
interface AdamNumbers<T> {
  /** −1 to go uphill. */
  sign: T;
  weightDecay: T;
  /** 1 where the mean is blended from the old one on, 0 from the new gradient on; see `blend` in adam.kernel.ts. */
  fromOld: T;
  blendWeight: T;
  beta2: T;
  squareWeight: T;
  shrink: T;
  eps: T;
  stepSize: T;
}

/** The numbers as they lie in memory, where {@link readNumbers} finds them. */
export function listAdamNumbers(numbers: AdamNumbers<number>): number[] {
  const { sign, weightDecay, fromOld, blendWeight, beta2, squareWeight, shrink, eps, stepSize } = numbers;
  return [sign, weightDecay, fromOld, blendWeight, beta2, squareWeight, shrink, eps, stepSize];
}

function readNumbers(f: Body, address: Value<'i32'>): AdamNumbers<Local<'v128'>> {
  const at = (place: number) => f.local('v128', v128.load32Splat(address, 4 * place));
  return {
    sign: at(0),
    weightDecay: at(1),
    fromOld: at(2),
    blendWeight: at(3),
    beta2: at(4),
    squareWeight: at(5),
    shrink: at(6),
    eps: at(7),
    stepSize: at(8),
  };
}

interface Arrays {
  parameter: Value<'i32'>;
  mean: Value<'i32'>;
  square: Value<'i32'>;
  gradient: Value<'i32'>;
}

/**
 * One step of Adam on `count` elements in place, as the composite has it; `root` is what goes into the root, given the new
 * mean square, at these lanes.
 */
function writeStep(
  f: Body,
  count: Value<'i32'>,
  address: Value<'i32'>,
  { parameter, mean, square, gradient }: Arrays,
  largest: Value<'i32'> | null,
): void {
  const numbers = readNumbers(f, address);
  const { sign, weightDecay, blendWeight, beta2, squareWeight, shrink, eps, stepSize } = numbers;
  const zero = f.local('v128', f32x4.splat(0));
  const decays = f.local('v128', f32x4.gt(weightDecay, zero));
  const fromOld = f.local('v128', f32x4.gt(numbers.fromOld, zero));
  f.elements(count, ({ load, store }) => {
    const value = f.local('v128', load(parameter));
    // Without decay the parameter is not looked at: 0 times an infinite one is NaN.
    const decay = v128.and(f32x4.mul(value, weightDecay), decays);
    const slope = f.local('v128', f32x4.add(f32x4.mul(load(gradient), sign), decay));
    const old = f.local('v128', load(mean));
    const start = f.local('v128', v128.select(old, slope, fromOld));
    const goal = v128.select(slope, old, fromOld);
    const average = f32x4.add(start, f32x4.mul(f32x4.sub(goal, start), blendWeight));
    const nextMean = f.local('v128', average);
    store(mean, nextMean);
    const entering = f32x4.mul(f32x4.mul(slope, squareWeight), slope);
    const root = f.local('v128', f32x4.add(f32x4.mul(load(square), beta2), entering));
    store(square, root);
    if (largest !== null) {
      f.set(root, f32x4.max(root, load(largest)));
      store(largest, root);
    }
    const direction = f32x4.div(nextMean, f32x4.add(f32x4.sqrt(root), eps));
    store(parameter, f32x4.sub(f32x4.mul(value, shrink), f32x4.mul(direction, stepSize)));
  });
}

/** One step of Adam or AdamW in place: `count` elements, the address of the numbers, and those of the arrays. */
export const adamCode = simdModule({
  step: simdFunction(
    ['i32', 'i32', 'i32', 'i32', 'i32', 'i32'],
    (f, count, numbers, parameter, mean, square, gradient) =>
      writeStep(f, count, numbers, { parameter, mean, square, gradient }, null),
  ),
  amsgradStep: simdFunction(
    ['i32', 'i32', 'i32', 'i32', 'i32', 'i32', 'i32'],
    (f, count, numbers, parameter, mean, square, gradient, largest) =>
      writeStep(f, count, numbers, { parameter, mean, square, gradient }, largest),
  ),
});

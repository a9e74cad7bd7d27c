import { type Body, f32x4, type Local, simdFunction, simdModule, type Value, v128 } from '@trainkit/simd';

/** The numbers of one step, in the order in which {@link adamCode} finds them in memory. */
export const ADAM_NUMBERS = [
  'sign',
  'weightDecay',
  'fromOld',
  'blendWeight',
  'beta2',
  'squareWeight',
  'shrink',
  'eps',
  'stepSize',
] as const;

type Numbers = Record<(typeof ADAM_NUMBERS)[number], Local<'v128'>>;

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
  const numbers = Object.fromEntries(
    ADAM_NUMBERS.map((name, i) => [name, f.local('v128', v128.load32Splat(address, 4 * i))]),
  ) as Numbers;
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

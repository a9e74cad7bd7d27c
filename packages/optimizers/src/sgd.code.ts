import { type Body, f32x4, type Local, simdFunction, simdModule, type Value, v128 } from '@trainkit/simd';

/** The numbers of one step. */
interface SGDNumbers<T> {
  /** −1 to go uphill. */
  sign: T;
  weightDecay: T;
  learningRate: T;
  bufferWeight: T;
  gradientWeight: T;
  momentum: T;
}

/** The numbers as they lie in memory, where {@link readNumbers} finds them. */
export function listSGDNumbers(numbers: SGDNumbers<number>): number[] {
  const { sign, weightDecay, learningRate, bufferWeight, gradientWeight, momentum } = numbers;
  return [sign, weightDecay, learningRate, bufferWeight, gradientWeight, momentum];
}

function readNumbers(f: Body, address: Value<'i32'>): SGDNumbers<Local<'v128'>> {
  const at = (place: number) => f.local('v128', v128.load32Splat(address, 4 * place));
  return {
    sign: at(0),
    weightDecay: at(1),
    learningRate: at(2),
    bufferWeight: at(3),
    gradientWeight: at(4),
    momentum: at(5),
  };
}

/** All bits where a number is not 0, which is never negative: what it is multiplied by is not looked at where it is. */
function isUsed(f: Body, number: Value<'v128'>): Local<'v128'> {
  return f.local('v128', f32x4.gt(number, f32x4.splat(0)));
}

const momentumStep = (nesterov: boolean) =>
  simdFunction(['i32', 'i32', 'i32', 'i32', 'i32'], (f, count, numbers, parameter, buffer, gradient) => {
    const { sign, weightDecay, learningRate, bufferWeight, gradientWeight, momentum } = readNumbers(
      f,
      numbers,
    );
    const [decays, goesOn] = [isUsed(f, weightDecay), isUsed(f, bufferWeight)];
    f.elements(count, ({ load, store }) => {
      const value = f.local('v128', load(parameter));
      const decay = v128.and(f32x4.mul(value, weightDecay), decays);
      const slope = f.local('v128', f32x4.add(f32x4.mul(load(gradient), sign), decay));
      const old = v128.and(f32x4.mul(load(buffer), bufferWeight), goesOn);
      const next = f.local('v128', f32x4.add(old, f32x4.mul(slope, gradientWeight)));
      store(buffer, next);
      const direction = nesterov ? f32x4.add(slope, f32x4.mul(next, momentum)) : next;
      store(parameter, f32x4.sub(value, f32x4.mul(direction, learningRate)));
    });
  });

/** One step of SGD in place: `count` elements, the address of the numbers, and those of the arrays. */
export const sgdCode = simdModule({
  step: simdFunction(['i32', 'i32', 'i32', 'i32'], (f, count, numbers, parameter, gradient) => {
    const { sign, weightDecay, learningRate } = readNumbers(f, numbers);
    const decays = isUsed(f, weightDecay);
    f.elements(count, ({ load, store }) => {
      const value = f.local('v128', load(parameter));
      const decay = v128.and(f32x4.mul(value, weightDecay), decays);
      const slope = f32x4.add(f32x4.mul(load(gradient), sign), decay);
      store(parameter, f32x4.sub(value, f32x4.mul(slope, learningRate)));
    });
  }),
  momentumStep: momentumStep(false),
  nesterovStep: momentumStep(true),
});

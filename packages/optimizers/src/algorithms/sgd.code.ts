import { elementwisePass } from '@trainkit/kernels/wasm';
import { type Body, f32x4, type Local, type Value, v128 } from '@trainkit/simd';

/**
 * All bits where a number is above 0. The factor of what it masks is 0 elsewhere, and 0 times an
 * infinite one is NaN.
 */
const isUsed = (f: Body, number: Value<'v128'>): Local<'v128'> =>
  f.local('v128', f32x4.gt(number, f32x4.splat(0)));

/**
 * One step of SGD, as the composite of sgd.kernel.ts has it: with momentum where there is a buffer.
 */
export const sgdPass = elementwisePass({
  updates: ['parameter'],
  optional: ['momentum_buffer'],
  reads: ['gradient'],
  // `sign` is −1 to go uphill, `nesterov` 1 or 0; `bufferWeight` is 0 where there is no buffer yet.
  numbers: ['sign', 'weightDecay', 'learningRate', 'bufferWeight', 'gradientWeight', 'momentum', 'nesterov'],
  write: (f, { sign, weightDecay, learningRate, bufferWeight, gradientWeight, momentum, nesterov }) => {
    const [decays, goesOn, looksAhead] = [
      isUsed(f, weightDecay),
      isUsed(f, bufferWeight),
      isUsed(f, nesterov),
    ];
    return ({ parameter, gradient, momentum_buffer }) => {
      const decay = v128.and(f32x4.mul(parameter, weightDecay), decays);
      const g = f.local('v128', f32x4.add(f32x4.mul(gradient, sign), decay));
      if (momentum_buffer === undefined) {
        return { parameter: f32x4.sub(parameter, f32x4.mul(g, learningRate)) };
      }
      const old = v128.and(f32x4.mul(momentum_buffer, bufferWeight), goesOn);
      const buffer = f.local('v128', f32x4.add(old, f32x4.mul(g, gradientWeight)));
      const ahead = f32x4.add(g, f32x4.mul(buffer, momentum));
      const direction = v128.select(ahead, buffer, looksAhead);
      return {
        parameter: f32x4.sub(parameter, f32x4.mul(direction, learningRate)),
        momentum_buffer: buffer,
      };
    };
  },
});

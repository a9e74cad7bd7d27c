import { elementwisePass } from '@trainkit/kernels/wasm';
import { f32x4, v128 } from '@trainkit/simd';

/** One step of Rprop, as the composite of rprop.kernel.ts has it. */
export const rpropPass = elementwisePass({
  updates: ['parameter', 'prev', 'step_size'],
  reads: ['gradient'],
  // `sign` is −1 to go uphill.
  numbers: ['sign', 'minus', 'plus', 'smallest', 'largest'],
  write: (f, { sign, minus, plus, smallest, largest }) => {
    const zero = f.local('v128', f32x4.splat(0));
    return ({ parameter, gradient, prev, step_size }) => {
      const g = f.local('v128', f32x4.mul(gradient, sign));
      const agreement = f.local('v128', f32x4.mul(g, prev));
      const turns = f.local('v128', f32x4.gt(zero, agreement));
      const shrunk = v128.select(f32x4.mul(step_size, minus), step_size, turns);
      const grown = v128.select(f32x4.mul(step_size, plus), shrunk, f32x4.gt(agreement, zero));
      const raised = f.local('v128', f32x4.max(grown, smallest));
      const size = f.local('v128', v128.select(largest, raised, f32x4.gt(raised, largest)));
      const used = f.local('v128', v128.andNot(g, turns));
      const downhill = v128.and(f32x4.sub(zero, size), f32x4.gt(zero, used));
      const step = v128.select(size, downhill, f32x4.gt(used, zero));
      return { parameter: f32x4.sub(parameter, step), prev: used, step_size: size };
    };
  },
});

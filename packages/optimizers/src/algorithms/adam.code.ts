import { elementwisePass } from '@trainkit/kernels/wasm';
import { f32x4, v128 } from '@trainkit/simd';

/** One step of Adam, AdamW or RAdam, as the composite of adam.kernel.ts has it. */
export const adamPass = elementwisePass({
  updates: ['parameter', 'exp_avg', 'exp_avg_sq'],
  optional: ['max_exp_avg_sq'],
  reads: ['gradient'],
  // `sign` is −1 to go uphill; `fromOld` is 1 where the mean is blended from the old one on, else
  // 0; `adapts` is 0 where the mean itself is the direction.
  numbers: [
    'sign',
    'weightDecay',
    'fromOld',
    'blendWeight',
    'beta2',
    'squareWeight',
    'shrink',
    'eps',
    'rate',
    'adapts',
  ],
  write: (f, { sign, weightDecay, fromOld, blendWeight, beta2, squareWeight, shrink, eps, rate, adapts }) => {
    const zero = f.local('v128', f32x4.splat(0));
    const decays = f.local('v128', f32x4.gt(weightDecay, zero));
    const isFromOld = f.local('v128', f32x4.gt(fromOld, zero));
    const isAdapted = f.local('v128', f32x4.gt(adapts, zero));
    return ({ parameter, gradient, exp_avg, exp_avg_sq, max_exp_avg_sq }) => {
      // Without decay the parameter is not looked at: 0 times an infinite one is NaN.
      const decay = v128.and(f32x4.mul(parameter, weightDecay), decays);
      const g = f.local('v128', f32x4.add(f32x4.mul(gradient, sign), decay));
      const start = f.local('v128', v128.select(exp_avg, g, isFromOld));
      const goal = v128.select(g, exp_avg, isFromOld);
      const mean = f.local('v128', f32x4.add(start, f32x4.mul(f32x4.sub(goal, start), blendWeight)));
      const entering = f32x4.mul(f32x4.mul(g, squareWeight), g);
      const square = f.local('v128', f32x4.add(f32x4.mul(exp_avg_sq, beta2), entering));
      const largest =
        max_exp_avg_sq === undefined ? undefined : f.local('v128', f32x4.max(square, max_exp_avg_sq));
      const adapted = f32x4.div(mean, f32x4.add(f32x4.sqrt(largest ?? square), eps));
      const direction = v128.select(adapted, mean, isAdapted);
      return {
        parameter: f32x4.sub(f32x4.mul(parameter, shrink), f32x4.mul(direction, rate)),
        exp_avg: mean,
        exp_avg_sq: square,
        max_exp_avg_sq: largest,
      };
    };
  },
});

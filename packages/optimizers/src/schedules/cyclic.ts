import { checkInteger, checkNumber, checkOneOf, checkOptions, type OptionNames } from '@trainkit/checks';
import type { Schedule } from '../hyperparameters.js';

/** Options of the triangles of {@link cyclic} and {@link cyclicMomentum}. */
export interface CyclicShapeOptions {
  /** The number of steps in which the rate rises, default 2000. */
  stepSizeUp?: number | undefined;
  /** The number of steps in which it falls, default that in which it rises. */
  stepSizeDown?: number | undefined;
  /**
   * The heights of the triangles: 'triangular' (the default) for equal ones, 'triangular2' for
   * halves from cycle to cycle, 'expRange' for a factor of gamma^t.
   */
  mode?: 'triangular' | 'triangular2' | 'expRange' | undefined;
  /** The factor of the height from step to step with 'expRange', default 1. */
  gamma?: number | undefined;
}

const SHAPE: OptionNames<CyclicShapeOptions> = {
  stepSizeUp: true,
  stepSizeDown: true,
  mode: true,
  gamma: true,
};

/** Options of {@link cyclic}. */
export interface CyclicOptions extends CyclicShapeOptions {
  /** The rate at the top of the first triangle: PyTorch's max_lr. */
  peak: number;
}

const CYCLIC: OptionNames<CyclicOptions> = { ...SHAPE, peak: true };

/**
 * Up from `base` to a peak and down again in straight lines, without end: PyTorch's `CyclicLR`,
 * whose `cycle_momentum` is a schedule of its own, {@link cyclicMomentum}.
 *
 * rate(t) = base + (peak − base) · h(t) · f, h being the height of a triangle of 0 to 1, and f 1,
 * 2^(−cycle) or gamma^t by the mode.
 *
 * @throws RangeError for a negative rate, a gamma of 0 or less, and a rise of no steps
 *
 * @example
 * ```ts
 * import { cyclic } from '@trainkit/optimizers';
 *
 * const schedule = cyclic(0, { peak: 1, stepSizeUp: 2, mode: 'triangular2' });
 * console.log([0, 1, 2, 3, 4, 5, 6].map(schedule).join(' ')); // → 0 0.5 1 0.5 0 0.25 0.5
 * ```
 *
 * Source: L. Smith, "Cyclical Learning Rates for Training Neural Networks", WACV 2017.
 */
export function cyclic(base: number, options: CyclicOptions): Schedule {
  const { peak, ...shape } = checkOptions('cyclic', options, CYCLIC);
  checkNumber('cyclic', 'base', base, { min: 0 });
  checkNumber('cyclic', 'peak', peak, { min: 0 });
  const height = triangles('cyclic', shape);
  return (step) => base + (peak - base) * height(step);
}

/** Options of {@link cyclicMomentum}. */
export interface CyclicMomentumOptions extends CyclicShapeOptions {
  /** The momentum at the top of the first triangle, in [0, 1), default 0.8. */
  baseMomentum?: number | undefined;
  /** The momentum between triangles, in [0, 1), default 0.9. */
  maxMomentum?: number | undefined;
}

const CYCLIC_MOMENTUM: OptionNames<CyclicMomentumOptions> = {
  ...SHAPE,
  baseMomentum: true,
  maxMomentum: true,
};

/**
 * The momentum beside {@link cyclic}, which falls where the rate rises: `cycle_momentum` of
 * PyTorch's `CyclicLR`. Set it before each step, as `momentum` or as the first of `betas`.
 *
 * @throws RangeError for a momentum outside [0, 1), and where {@link cyclic} does
 *
 * @example
 * ```ts
 * import { cyclicMomentum } from '@trainkit/optimizers';
 *
 * const momentum = cyclicMomentum({ stepSizeUp: 2 });
 * console.log([0, 1, 2, 3].map((step) => momentum(step).toFixed(2)).join(' ')); // → 0.90 0.85 0.80 0.85
 * ```
 */
export function cyclicMomentum(options: CyclicMomentumOptions = {}): Schedule {
  const {
    baseMomentum = 0.8,
    maxMomentum = 0.9,
    ...shape
  } = checkOptions('cyclicMomentum', options, CYCLIC_MOMENTUM);
  checkNumber('cyclicMomentum', 'baseMomentum', baseMomentum, { min: 0, below: 1 });
  checkNumber('cyclicMomentum', 'maxMomentum', maxMomentum, { min: 0, below: 1 });
  const height = triangles('cyclicMomentum', shape);
  return (step) => maxMomentum - (maxMomentum - baseMomentum) * height(step);
}

/** The height of the triangles at each step, 1 at the top of the first. */
function triangles(
  where: string,
  { stepSizeUp = 2000, stepSizeDown = stepSizeUp, mode = 'triangular', gamma = 1 }: CyclicShapeOptions,
): (step: number) => number {
  checkInteger(where, 'stepSizeUp', stepSizeUp, { min: 1 });
  checkInteger(where, 'stepSizeDown', stepSizeDown, { min: 0 });
  checkOneOf(where, 'mode', mode, ['triangular', 'triangular2', 'expRange']);
  checkNumber(where, 'gamma', gamma, { above: 0 });
  const length = stepSizeUp + stepSizeDown;
  const scales = {
    triangular: () => 1,
    triangular2: (step: number) => 2 ** -Math.floor(step / length),
    expRange: (step: number) => gamma ** step,
  };
  const scale = scales[mode];
  return (step) => {
    const at = step % length;
    return (at <= stepSizeUp ? at / stepSizeUp : (length - at) / stepSizeDown) * scale(step);
  };
}

import { derivative } from '../diagnosis/derivative.js';
import type { Hypothesis } from '../diagnosis/model.js';
import { type Moments, momentsOf } from '../diagnosis/moments.js';
import { ANYTHING, Failure, type Observation } from '../diagnosis/observation.js';
import type { Block } from '../subject/block.js';
import type { LayerNormInterface, LayerNormOptions } from './interface.js';

/** A way to get LayerNorm wrong. */
export type LayerNormFlag =
  | 'unbiased'
  | 'eps-outside'
  | 'eps-ignored'
  | 'eps-floor'
  | 'eps-minus'
  | 'eps-squared'
  | 'eps-after-division'
  | 'no-root'
  | 'root-twice'
  | 'mean-kept'
  | 'reversed'
  | 'multiplied'
  | 'swapped'
  | 'uncentered'
  | 'mean-not-squared'
  | 'variance-negative'
  | 'summed-squares'
  | 'summed-mean'
  | 'not-divided'
  | 'not-normalized'
  | 'returned'
  | 'squared-for-root'
  | 'zero-for-root'
  | 'normalized-twice'
  | 'input-added'
  | 'first-axis-for-mean'
  | 'first-axis-for-variance'
  | 'absolute'
  | 'no-weight'
  | 'no-bias'
  | 'no-affine'
  | 'affine-twice'
  | 'affine-swapped'
  | 'bias-first'
  | 'affine-before'
  | 'weight-before'
  | 'affine-required'
  | 'first-axis'
  | 'all-axes'
  | 'all-but-first'
  | 'second-axis'
  | 'weight-from-zero'
  | 'bias-from-one'
  | 'affine-start-swapped'
  | 'last-axis'
  | 'last-axis-or-refused'
  | 'no-keep-dims'
  | 'no-keep-dims-mean'
  | 'no-keep-dims-variance'
  | 'no-keep-dims-chained'
  | 'no-keep-dims-mean-chained'
  | 'detached-mean'
  | 'detached-variance'
  | 'detached-both'
  | 'no-gradient'
  | 'no-affine-gradient'
  | 'brackets-missing'
  | 'weight-plus-one'
  | `default-eps ${number}`
  | `fixed-eps ${number}`;

/** Values of eps that other libraries use or that come from a slip. */
const OTHER_EPS = [1e-2, 1e-3, 1e-4, 1e-6, 1e-7, 1e-8, 1e-12];

/**
 * Values of eps that are written into the formula; the checks cannot tell a smaller one from none.
 */
const FIXED_EPS = [1e-5, 1e-2, 1e-3];

/**
 * Every slip and the mistake that it makes; of two slips that give the same numbers the commoner
 * comes first.
 */
export const LAYER_NORM_HYPOTHESES: readonly Hypothesis<LayerNormFlag>[] = [
  { mistake: 'keep-dims-missing', flag: 'no-keep-dims' },
  { mistake: 'keep-dims-missing', flag: 'no-keep-dims-mean' },
  { mistake: 'keep-dims-missing', flag: 'no-keep-dims-variance' },
  { mistake: 'keep-dims-missing', flag: 'no-keep-dims-chained' },
  { mistake: 'keep-dims-missing', flag: 'no-keep-dims-mean-chained' },
  { mistake: 'unbiased-batch-variance', flag: 'unbiased' },
  { mistake: 'epsilon-outside-root', flag: 'eps-outside' },
  { mistake: 'epsilon-ignored', flag: 'eps-ignored' },
  { mistake: 'epsilon-as-floor', flag: 'eps-floor' },
  { mistake: 'epsilon-wrong-sign', flag: 'eps-minus' },
  { mistake: 'epsilon-squared', flag: 'eps-squared' },
  { mistake: 'epsilon-after-division', flag: 'eps-after-division' },
  { mistake: 'variance-without-root', flag: 'no-root' },
  { mistake: 'root-twice', flag: 'root-twice' },
  { mistake: 'mean-not-subtracted', flag: 'mean-kept' },
  { mistake: 'subtraction-reversed', flag: 'reversed' },
  { mistake: 'deviation-multiplied', flag: 'multiplied' },
  { mistake: 'mean-and-variance-swapped', flag: 'swapped' },
  { mistake: 'variance-not-centered', flag: 'uncentered' },
  { mistake: 'mean-not-squared', flag: 'mean-not-squared' },
  { mistake: 'variance-reversed', flag: 'variance-negative' },
  { mistake: 'sum-instead-of-mean', flag: 'summed-squares' },
  { mistake: 'sum-instead-of-mean', flag: 'summed-mean' },
  { mistake: 'division-missing', flag: 'not-divided' },
  { mistake: 'normalization-missing', flag: 'not-normalized' },
  { mistake: 'normalization-missing', flag: 'returned' },
  { mistake: 'square-instead-of-root', flag: 'squared-for-root' },
  { mistake: 'xor-instead-of-power', flag: 'zero-for-root' },
  { mistake: 'normalized-twice', flag: 'normalized-twice' },
  { mistake: 'input-added', flag: 'input-added' },
  { mistake: 'deviation-not-squared', flag: 'absolute' },
  { mistake: 'affine-ignored', flag: 'no-affine' },
  { mistake: 'affine-ignored', flag: 'no-weight' },
  { mistake: 'affine-ignored', flag: 'no-bias' },
  { mistake: 'affine-twice', flag: 'affine-twice' },
  { mistake: 'affine-swapped', flag: 'affine-swapped' },
  { mistake: 'bias-before-weight', flag: 'bias-first' },
  { mistake: 'affine-before-normalization', flag: 'affine-before' },
  { mistake: 'affine-before-normalization', flag: 'weight-before' },
  { mistake: 'affine-required', flag: 'affine-required' },
  { mistake: 'wrong-axis', flag: 'first-axis' },
  { mistake: 'wrong-axis', flag: 'all-axes' },
  { mistake: 'wrong-axis', flag: 'all-but-first' },
  { mistake: 'wrong-axis', flag: 'second-axis' },
  { mistake: 'wrong-axis', flag: 'first-axis-for-mean' },
  { mistake: 'wrong-axis', flag: 'first-axis-for-variance' },
  { mistake: 'affine-start-wrong', flag: 'weight-from-zero' },
  { mistake: 'affine-start-wrong', flag: 'bias-from-one' },
  { mistake: 'affine-start-wrong', flag: 'affine-start-swapped' },
  { mistake: 'last-axis-only', flag: 'last-axis' },
  { mistake: 'last-axis-only', flag: 'last-axis-or-refused' },
  { mistake: 'detached-statistics', flag: 'detached-mean' },
  { mistake: 'detached-statistics', flag: 'detached-variance' },
  { mistake: 'detached-statistics', flag: 'detached-both' },
  { mistake: 'no-gradient', flag: 'no-gradient' },
  { mistake: 'no-gradient', flag: 'no-affine-gradient' },
  ...OTHER_EPS.map((eps) => ({ mistake: 'different-default-eps', flag: `default-eps ${eps}` }) as const),
  ...FIXED_EPS.map((eps) => ({ mistake: 'epsilon-hard-coded', flag: `fixed-eps ${eps}` }) as const),
  { mistake: 'brackets-missing', flag: 'brackets-missing' },
  { mistake: 'weight-plus-one', flag: 'weight-plus-one' },
];

/** LayerNorm in float64 on plain arrays, with any set of mistakes. */
export class LayerNormModel implements LayerNormInterface {
  readonly #flags: ReadonlySet<LayerNormFlag>;
  readonly #normalized: readonly number[];
  readonly #eps: number;
  readonly #affine: boolean;
  #weight: readonly number[];
  #bias: readonly number[];

  constructor(
    normalizedShape: number | readonly number[],
    options: LayerNormOptions | undefined,
    flags: ReadonlySet<LayerNormFlag>,
  ) {
    const fixed = FIXED_EPS.find((value) => flags.has(`fixed-eps ${value}`));
    const eps = fixed ?? options?.eps ?? OTHER_EPS.find((value) => flags.has(`default-eps ${value}`)) ?? 1e-5;
    const shape = typeof normalizedShape === 'number' ? [normalizedShape] : normalizedShape;
    const size = shape.reduce((product, length) => product * length, 1);
    this.#flags = flags;
    this.#normalized = shape;
    this.#eps = flags.has('eps-ignored') ? 0 : eps;
    this.#affine = options?.elementwiseAffine ?? true;
    const startSwapped = flags.has('affine-start-swapped') && this.#affine;
    const isWeightZero = flags.has('weight-from-zero') && this.#affine;
    const isBiasOne = flags.has('bias-from-one') && this.#affine;
    this.#weight = new Array<number>(size).fill(startSwapped || isWeightZero ? 0 : 1);
    this.#bias = new Array<number>(size).fill(startSwapped || isBiasOne ? 1 : 0);
  }

  affine(): readonly number[] {
    return [...this.#weight, ...this.#bias];
  }

  setAffine(weight: readonly number[], bias: readonly number[]): void {
    this.#weight = weight;
    this.#bias = bias;
  }

  forward(x: Block): readonly number[] {
    return this.#output(x.data, x, this.#weight, this.#bias);
  }

  gradients(x: Block, upstream: readonly number[]): Record<'x' | 'weight' | 'bias', Observation> {
    const flags = this.#flags;
    const loss = (data: readonly number[], weight = this.#weight, bias = this.#bias) =>
      this.#output(data, x, weight, bias).reduce((sum, value, i) => sum + value * upstream[i]!, 0);
    // Infinities and NaN: the gradient depends on how it is computed.
    const hasNaN = flags.has('variance-negative');
    if (flags.has('zero-for-root') || hasNaN) return { x: ANYTHING, weight: ANYTHING, bias: ANYTHING };
    const cut = flags.has('no-gradient');
    const unused = (part: LayerNormFlag) =>
      cut ||
      flags.has('no-affine-gradient') ||
      flags.has('no-affine') ||
      flags.has('returned') ||
      flags.has(part);
    const unless = (constant: boolean, gradient: () => number[]) =>
      constant ? new Failure('constant', 'no gradient') : gradient();
    return {
      x: unless(cut, () => derivative((data) => loss(data), x.data)),
      weight: unless(unused('no-weight'), () => derivative((weight) => loss(x.data, weight), this.#weight)),
      bias: unless(unused('no-bias'), () =>
        derivative((bias) => loss(x.data, this.#weight, bias), this.#bias),
      ),
    };
  }

  #output(
    data: readonly number[],
    x: Block,
    weight: readonly number[],
    bias: readonly number[],
  ): readonly number[] {
    const flags = this.#flags;
    if (flags.has('affine-required') && !this.#affine)
      throw new Failure('threw', 'no weight', /null|undefined/);
    if (flags.has('returned')) return data;
    const affineBefore = flags.has('affine-before');
    const given = affineBefore
      ? data.map(
          (value, position) => value * weight[position % weight.length]! + bias[position % weight.length]!,
        )
      : data;
    const weighted = flags.has('weight-before')
      ? data.map((value, position) => value * weight[position % weight.length]!)
      : given;
    const once = this.#normalize(given, x, weighted);
    const normalized = flags.has('normalized-twice') ? this.#normalize(once, x) : once;
    return normalized.map((value, position) => {
      const feature = position % weight.length;
      const y = affineBefore
        ? value
        : this.#transformed(value, flags.has('weight-before') ? 1 : weight[feature]!, bias[feature]!);
      return flags.has('input-added') ? data[position]! + y : y;
    });
  }

  /**
   * `values`, normalized by the statistics of `given`, without weight and bias. Detached statistics
   * are those of `x`.
   */
  #normalize(given: readonly number[], x: Block, values = given): readonly number[] {
    const flags = this.#flags;
    const groups = this.#groups(x);
    const moving = this.#moments(given, groups, x);
    const fixed = this.#moments(x.data, groups, x);
    const across = momentsOf(given, this.#groups(x, true));
    const both = flags.has('detached-both');
    const centers = flags.has('first-axis-for-mean')
      ? across
      : both || flags.has('detached-mean')
        ? fixed
        : moving;
    const spreads = flags.has('first-axis-for-variance')
      ? across
      : both || flags.has('detached-variance')
        ? fixed
        : moving;
    const correction = flags.has('unbiased') ? spreads.count / (spreads.count - 1) : 1;
    return values.map((value, position) => {
      const own = spreads.variance[position]! * correction;
      const mean = centers.mean[position]!;
      const [shift, square] = flags.has('swapped') ? [own, mean] : [mean, own];
      return this.#scaled(value, shift, this.#scale(square));
    });
  }

  /** One value, minus `shift` and divided by `scale`. */
  #scaled(value: number, shift: number, scale: number): number {
    const flags = this.#flags;
    if (flags.has('not-normalized')) return value;
    if (flags.has('brackets-missing')) return value - shift / scale;
    const centered = flags.has('mean-kept') ? value : flags.has('reversed') ? shift - value : value - shift;
    if (flags.has('not-divided')) return centered;
    if (flags.has('multiplied')) return centered * scale;
    return centered / scale + (flags.has('eps-after-division') ? this.#eps : 0);
  }

  /** Applies weight and bias to a normalized value. */
  #transformed(value: number, weight: number, bias: number): number {
    const flags = this.#flags;
    if (flags.has('no-affine')) return value;
    if (flags.has('affine-swapped')) return value * bias + weight;
    if (flags.has('bias-first')) return (value + bias) * weight;
    const once = (given: number) => {
      const factor = flags.has('weight-plus-one') ? 1 + weight : weight;
      const scaled = flags.has('no-weight') ? given : given * factor;
      return flags.has('no-bias') ? scaled : scaled + bias;
    };
    return flags.has('affine-twice') ? once(once(value)) : once(value);
  }

  #scale(variance: number): number {
    const flags = this.#flags;
    if (flags.has('eps-after-division')) return Math.sqrt(variance);
    if (flags.has('zero-for-root')) return 0;
    if (flags.has('squared-for-root')) return (variance + this.#eps) ** 2;
    if (flags.has('no-root')) return variance + this.#eps;
    if (flags.has('eps-squared')) return Math.sqrt(variance + this.#eps ** 2);
    if (flags.has('eps-outside')) return Math.sqrt(variance) + this.#eps;
    if (flags.has('eps-floor')) return Math.sqrt(Math.max(variance, this.#eps));
    if (flags.has('eps-minus')) return Math.sqrt(variance - this.#eps);
    if (flags.has('root-twice')) return Math.sqrt(Math.sqrt(variance + this.#eps));
    return Math.sqrt(variance + this.#eps);
  }

  /** The mean and variance for each element. */
  #moments(data: readonly number[], groups: readonly number[], { shape }: Block): Moments {
    const flags = this.#flags;
    const averages = momentsOf(data, groups);
    const total = (values: readonly number[]) => values.map((value) => value * averages.count);
    const right = flags.has('summed-mean') ? { ...averages, mean: total(averages.mean) } : averages;
    const chained = flags.has('no-keep-dims-chained');
    const meanChained = flags.has('no-keep-dims-mean-chained');
    const both = flags.has('no-keep-dims') || chained;
    const mean =
      both || meanChained || flags.has('no-keep-dims-mean')
        ? this.#misaligned(right.mean, right.count, shape)
        : right.mean;
    const averageOf = (values: readonly number[]) => momentsOf(values, groups).mean;
    const center = chained || meanChained ? mean : right.mean;
    const deviations = data.map((value, i) => Math.abs(value - center[i]!));
    const squares = averageOf(data.map((value) => value ** 2));
    const variance = flags.has('uncentered')
      ? squares
      : flags.has('variance-negative')
        ? squares.map((square, i) => right.mean[i]! ** 2 - square)
        : flags.has('mean-not-squared')
          ? squares.map((square, i) => square - right.mean[i]!)
          : averageOf(flags.has('absolute') ? deviations : deviations.map((value) => value ** 2));
    const spread = flags.has('summed-squares') ? total(variance) : variance;
    const aligned =
      both || flags.has('no-keep-dims-variance') ? this.#misaligned(spread, right.count, shape) : spread;
    return { mean, variance: aligned, count: right.count };
  }

  /** The moments without keepDims: their remaining shape broadcasts to the last axes of x. */
  #misaligned(values: readonly number[], count: number, shape: readonly number[]): number[] {
    const outer = shape.slice(0, shape.length - this.#normalized.length);
    const isFitting = outer.every((size, i) => size === 1 || size === shape[shape.length - outer.length + i]);
    if (!isFitting) throw new Failure('threw', 'shapes', /shape|broadcast/i);
    const groups = values.length / count;
    return values.map((_, position) => values[(position % groups) * count]!);
  }

  /** The number of the averaging group of each element. */
  #groups({ data, shape }: Block, alongFirst = this.#flags.has('first-axis')): number[] {
    const flags = this.#flags;
    const size = (axes: readonly number[]) => axes.reduce((product, length) => product * length, 1);
    const last = size(this.#normalized);
    const several = this.#normalized.length > 1;
    if (several && flags.has('last-axis-or-refused')) throw new Failure('threw', 'refused');
    return data.map((_, position) => {
      if (flags.has('all-axes')) return 0;
      if (alongFirst) return position % size(shape.slice(1));
      if (flags.has('second-axis')) {
        const inner = size(shape.slice(2));
        return Math.floor(position / size(shape.slice(1))) * inner + (position % inner);
      }
      if (flags.has('all-but-first')) return Math.floor(position / size(shape.slice(1)));
      return Math.floor(position / (flags.has('last-axis') ? (shape.at(-1) ?? 1) : last));
    });
  }
}

import { derivative } from '../diagnosis/derivative.js';
import type { Hypothesis } from '../diagnosis/diagnose.js';
import { type Moments, momentsOf } from '../diagnosis/moments.js';
import { Failure, type Observation } from '../diagnosis/observation.js';
import type { Block } from '../subject/block.js';
import type { LayerNormInterface, LayerNormOptions } from './interface.js';

/** A way to get LayerNorm wrong. */
export type LayerNormFlag =
  | 'unbiased'
  | 'eps-outside'
  | 'eps-ignored'
  | 'no-root'
  | 'mean-kept'
  | 'no-weight'
  | 'no-bias'
  | 'no-affine'
  | 'first-axis'
  | 'all-axes'
  | 'all-but-first'
  | 'last-axis'
  | 'last-axis-or-refused'
  | 'detached-mean'
  | 'detached-variance'
  | 'detached-both'
  | 'no-gradient'
  | 'no-affine-gradient'
  | `default-eps ${number}`;

/** Defaults of other libraries and of slips. */
const OTHER_EPS = [1e-2, 1e-3, 1e-4, 1e-6, 1e-7, 1e-8, 1e-12];

/** Every way, and what it is called. */
export const LAYER_NORM_HYPOTHESES: readonly Hypothesis<LayerNormFlag>[] = [
  { mistake: 'unbiased-batch-variance', flag: 'unbiased' },
  { mistake: 'epsilon-outside-root', flag: 'eps-outside' },
  { mistake: 'epsilon-ignored', flag: 'eps-ignored' },
  { mistake: 'variance-without-root', flag: 'no-root' },
  { mistake: 'mean-not-subtracted', flag: 'mean-kept' },
  { mistake: 'affine-ignored', flag: 'no-weight' },
  { mistake: 'affine-ignored', flag: 'no-bias' },
  { mistake: 'affine-ignored', flag: 'no-affine' },
  { mistake: 'wrong-axis', flag: 'first-axis' },
  { mistake: 'wrong-axis', flag: 'all-axes' },
  { mistake: 'wrong-axis', flag: 'all-but-first' },
  { mistake: 'last-axis-only', flag: 'last-axis' },
  { mistake: 'last-axis-only', flag: 'last-axis-or-refused' },
  { mistake: 'detached-statistics', flag: 'detached-mean' },
  { mistake: 'detached-statistics', flag: 'detached-variance' },
  { mistake: 'detached-statistics', flag: 'detached-both' },
  { mistake: 'no-gradient', flag: 'no-gradient' },
  { mistake: 'no-gradient', flag: 'no-affine-gradient' },
  ...OTHER_EPS.map((eps) => ({ mistake: 'different-default-eps', flag: `default-eps ${eps}` }) as const),
];

/** LayerNorm in float64 on plain arrays, with any set of mistakes. */
export class LayerNormModel implements LayerNormInterface {
  readonly #flags: ReadonlySet<LayerNormFlag>;
  readonly #normalized: readonly number[];
  readonly #eps: number;
  #weight: readonly number[];
  #bias: readonly number[];

  constructor(
    normalizedShape: number | readonly number[],
    options: LayerNormOptions | undefined,
    flags: ReadonlySet<LayerNormFlag>,
  ) {
    const eps = options?.eps ?? OTHER_EPS.find((value) => flags.has(`default-eps ${value}`)) ?? 1e-5;
    const shape = typeof normalizedShape === 'number' ? [normalizedShape] : normalizedShape;
    const size = shape.reduce((product, length) => product * length, 1);
    this.#flags = flags;
    this.#normalized = shape;
    this.#eps = flags.has('eps-ignored') ? 0 : eps;
    this.#weight = new Array<number>(size).fill(1);
    this.#bias = new Array<number>(size).fill(0);
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
    const cut = flags.has('no-gradient');
    const unused = (part: LayerNormFlag) =>
      cut || flags.has('no-affine-gradient') || flags.has('no-affine') || flags.has(part);
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
    const groups = this.#groups(x);
    const moving = momentsOf(data, groups);
    const fixed = momentsOf(x.data, groups);
    const both = flags.has('detached-both');
    const { mean } = both || flags.has('detached-mean') ? fixed : moving;
    const { variance, count }: Moments = both || flags.has('detached-variance') ? fixed : moving;
    const correction = flags.has('unbiased') ? count / (count - 1) : 1;
    return data.map((value, position) => {
      const centered = flags.has('mean-kept') ? value : value - mean[position]!;
      const normalized = centered / this.#scale(variance[position]! * correction);
      const feature = position % weight.length;
      const scaled =
        flags.has('no-affine') || flags.has('no-weight') ? normalized : normalized * weight[feature]!;
      return flags.has('no-affine') || flags.has('no-bias') ? scaled : scaled + bias[feature]!;
    });
  }

  #scale(variance: number): number {
    if (this.#flags.has('no-root')) return variance + this.#eps;
    return this.#flags.has('eps-outside') ? Math.sqrt(variance) + this.#eps : Math.sqrt(variance + this.#eps);
  }

  /** For each element, the number of the group that it is averaged with. */
  #groups({ data, shape }: Block): number[] {
    const flags = this.#flags;
    const size = (axes: readonly number[]) => axes.reduce((product, length) => product * length, 1);
    const last = size(this.#normalized);
    const several = this.#normalized.length > 1;
    if (several && flags.has('last-axis-or-refused')) throw new Failure('threw', 'refused');
    return data.map((_, position) => {
      if (flags.has('all-axes')) return 0;
      if (flags.has('first-axis')) return position % size(shape.slice(1));
      if (flags.has('all-but-first')) return Math.floor(position / size(shape.slice(1)));
      return Math.floor(position / (flags.has('last-axis') ? (shape.at(-1) ?? 1) : last));
    });
  }
}

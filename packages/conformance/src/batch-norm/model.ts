import { derivative } from '../diagnosis/derivative.js';
import type { Hypothesis } from '../diagnosis/diagnose.js';
import { ANYTHING, Failure, type Observation } from '../diagnosis/observation.js';
import type { Block } from '../subject/block.js';
import type { BatchNormInterface, BatchNormOptions } from './interface.js';

/** A way to get BatchNorm wrong. */
export type BatchNormFlag =
  | 'biased-running'
  | 'unbiased-batch'
  | 'running-before-update'
  | 'running-after-update'
  | 'batch-in-evaluation'
  | 'eps-outside'
  | 'eps-ignored'
  | 'no-root'
  | 'mean-kept'
  | 'momentum-reversed'
  | 'updated-in-evaluation'
  | 'updated-before-evaluation'
  | 'not-updated'
  | 'mean-not-updated'
  | 'variance-not-updated'
  | 'std-as-variance'
  | 'std-squared'
  | 'std-plus-eps'
  | 'no-weight'
  | 'no-bias'
  | 'no-affine'
  | 'no-affine-in-training'
  | 'no-affine-in-evaluation'
  | 'axis-1'
  | 'axis-1-kept'
  | 'axis-1-refused'
  | 'all-axes'
  | 'all-axes-counted'
  | 'detached-mean'
  | 'detached-variance'
  | 'detached-both'
  | 'no-gradient'
  | 'no-affine-gradient'
  | `default-eps ${number}`
  | `default-momentum ${number}`;

/** Defaults of other libraries and of slips. */
const OTHER_EPS = [1e-2, 1e-3, 1e-4, 1e-6, 1e-7, 1e-8, 1e-12];
const OTHER_MOMENTUM = [0.01, 0.5, 0.9, 0.99, 0.999];

/** Every way, and what it is called. */
export const BATCH_NORM_HYPOTHESES: readonly Hypothesis<BatchNormFlag>[] = [
  { mistake: 'biased-running-variance', flag: 'biased-running' },
  { mistake: 'unbiased-batch-variance', flag: 'unbiased-batch' },
  { mistake: 'running-statistics-in-training', flag: 'running-before-update' },
  { mistake: 'running-statistics-in-training', flag: 'running-after-update' },
  { mistake: 'batch-statistics-in-evaluation', flag: 'batch-in-evaluation' },
  { mistake: 'epsilon-outside-root', flag: 'eps-outside' },
  { mistake: 'epsilon-ignored', flag: 'eps-ignored' },
  { mistake: 'variance-without-root', flag: 'no-root' },
  { mistake: 'mean-not-subtracted', flag: 'mean-kept' },
  { mistake: 'momentum-reversed', flag: 'momentum-reversed' },
  { mistake: 'statistics-updated-in-evaluation', flag: 'updated-in-evaluation' },
  { mistake: 'statistics-updated-in-evaluation', flag: 'updated-before-evaluation' },
  { mistake: 'statistics-not-updated', flag: 'not-updated' },
  { mistake: 'statistics-not-updated', flag: 'mean-not-updated' },
  { mistake: 'statistics-not-updated', flag: 'variance-not-updated' },
  { mistake: 'running-standard-deviation', flag: 'std-as-variance' },
  { mistake: 'running-standard-deviation', flag: 'std-squared' },
  { mistake: 'running-standard-deviation', flag: 'std-plus-eps' },
  { mistake: 'affine-ignored', flag: 'no-weight' },
  { mistake: 'affine-ignored', flag: 'no-bias' },
  { mistake: 'affine-ignored', flag: 'no-affine' },
  { mistake: 'affine-ignored', flag: 'no-affine-in-training' },
  { mistake: 'affine-ignored', flag: 'no-affine-in-evaluation' },
  { mistake: 'wrong-axis', flag: 'axis-1' },
  { mistake: 'wrong-axis', flag: 'axis-1-kept' },
  { mistake: 'wrong-axis', flag: 'axis-1-refused' },
  { mistake: 'wrong-axis', flag: 'all-axes' },
  { mistake: 'wrong-axis', flag: 'all-axes-counted' },
  { mistake: 'detached-statistics', flag: 'detached-mean' },
  { mistake: 'detached-statistics', flag: 'detached-variance' },
  { mistake: 'detached-statistics', flag: 'detached-both' },
  { mistake: 'no-gradient', flag: 'no-gradient' },
  { mistake: 'no-gradient', flag: 'no-affine-gradient' },
  ...OTHER_EPS.map((eps) => ({ mistake: 'different-default-eps', flag: `default-eps ${eps}` }) as const),
  ...OTHER_MOMENTUM.map(
    (momentum) => ({ mistake: 'different-default-momentum', flag: `default-momentum ${momentum}` }) as const,
  ),
];

/** Mean and variance for each element of a batch, and for each feature. */
interface Statistics {
  readonly mean: readonly number[];
  readonly biased: readonly number[];
  /** How many numbers each is the average of. */
  readonly count: number;
  /** Which of them belongs to the element in row i and column j. */
  readonly index: (i: number, j: number) => number;
}

/** BatchNorm in float64 on plain arrays, with any set of mistakes. */
export class BatchNormModel implements BatchNormInterface {
  readonly #flags: ReadonlySet<BatchNormFlag>;
  readonly #features: number;
  readonly #eps: number;
  readonly #momentum: number;
  #mean: readonly number[];
  #variance: readonly number[];
  #weight: readonly number[];
  #bias: readonly number[];

  constructor(features: number, options: BatchNormOptions | undefined, flags: ReadonlySet<BatchNormFlag>) {
    const eps = options?.eps ?? OTHER_EPS.find((value) => flags.has(`default-eps ${value}`)) ?? 1e-5;
    const momentum =
      options?.momentum ?? OTHER_MOMENTUM.find((value) => flags.has(`default-momentum ${value}`)) ?? 0.1;
    this.#flags = flags;
    this.#features = features;
    this.#eps = flags.has('eps-ignored') ? 0 : eps;
    this.#momentum = flags.has('momentum-reversed') ? 1 - momentum : momentum;
    this.#mean = new Array<number>(features).fill(0);
    this.#variance = new Array<number>(features).fill(1);
    this.#weight = new Array<number>(features).fill(1);
    this.#bias = new Array<number>(features).fill(0);
  }

  mean(): readonly number[] {
    return this.#readable(this.#mean);
  }

  variance(): readonly number[] {
    return this.#readable(this.#variance);
  }

  affine(): readonly number[] {
    return [...this.#weight, ...this.#bias];
  }

  setAffine(weight: readonly number[], bias: readonly number[]): void {
    this.#weight = weight;
    this.#bias = bias;
  }

  forward(x: Block, training: boolean): readonly number[] {
    const flags = this.#flags;
    if (training) this.#refuse(x);
    const batch = this.#batch(x);
    const before = flags.has(training ? 'running-after-update' : 'updated-before-evaluation');
    if (before) this.#update(batch);
    const y = this.#output(x.data, x, training, this.#weight, this.#bias);
    if (!before && (training || flags.has('updated-in-evaluation'))) this.#update(batch);
    return y;
  }

  gradients(
    x: Block,
    upstream: readonly number[],
    training: boolean,
  ): Record<'x' | 'weight' | 'bias', Observation> {
    const flags = this.#flags;
    if (training) this.#refuse(x);
    const constant = new Failure('constant', 'no gradient');
    const loss = (data: readonly number[], weight = this.#weight, bias = this.#bias) =>
      this.#output(data, x, training, weight, bias).reduce((sum, value, i) => sum + value * upstream[i]!, 0);
    const unused = (part: BatchNormFlag) =>
      flags.has(part) || flags.has('no-affine') || (training && flags.has('no-affine-in-training'));
    const before = flags.has(training ? 'running-after-update' : 'updated-before-evaluation');
    if (before) this.#update(this.#batch(x));
    const gradients = {
      x: flags.has('no-gradient') ? constant : derivative((data) => loss(data), x.data),
      weight:
        flags.has('no-gradient') || flags.has('no-affine-gradient') || unused('no-weight')
          ? constant
          : derivative((weight) => loss(x.data, weight), this.#weight),
      bias:
        flags.has('no-gradient') || flags.has('no-affine-gradient') || unused('no-bias')
          ? constant
          : derivative((bias) => loss(x.data, this.#weight, bias), this.#bias),
    };
    if (!before && (training || flags.has('updated-in-evaluation'))) this.#update(this.#batch(x));
    return gradients;
  }

  /** The output for `data`; statistics that are detached are those of `x`, and so are running ones. */
  #output(
    data: readonly number[],
    x: Block,
    training: boolean,
    weight: readonly number[],
    bias: readonly number[],
  ): number[] {
    const flags = this.#flags;
    const fromBatch = training
      ? !flags.has('running-before-update') && !flags.has('running-after-update')
      : flags.has('batch-in-evaluation');
    const moving = this.#batch({ data, shape: x.shape });
    const fixed = this.#batch(x);
    const both = flags.has('detached-both');
    const center = both || flags.has('detached-mean') ? fixed : moving;
    const spread = both || flags.has('detached-variance') ? fixed : moving;
    const unbiased = flags.has('unbiased-batch') ? spread.count / (spread.count - 1) : 1;
    const skip =
      flags.has('no-affine') || flags.has(training ? 'no-affine-in-training' : 'no-affine-in-evaluation');
    if (!fromBatch && flags.has('axis-1-kept')) throw ANYTHING;
    return data.map((value, position) => {
      const j = position % this.#features;
      const i = Math.floor(position / this.#features);
      const mean = fromBatch ? center.mean[center.index(i, j)]! : this.#mean[j]!;
      const scale = fromBatch
        ? this.#scale(spread.biased[spread.index(i, j)]! * unbiased)
        : this.#runningScale(this.#variance[j]!);
      const normalized = (flags.has('mean-kept') ? value : value - mean) / scale;
      const scaled = skip || flags.has('no-weight') ? normalized : normalized * weight[j]!;
      return skip || flags.has('no-bias') ? scaled : scaled + bias[j]!;
    });
  }

  #scale(variance: number): number {
    if (this.#flags.has('no-root')) return variance + this.#eps;
    return this.#flags.has('eps-outside') ? Math.sqrt(variance) + this.#eps : Math.sqrt(variance + this.#eps);
  }

  #runningScale(stored: number): number {
    if (this.#flags.has('std-plus-eps')) return stored + this.#eps;
    return this.#scale(this.#flags.has('std-squared') ? stored * stored : stored);
  }

  #update({ mean, biased, count }: Statistics): void {
    const flags = this.#flags;
    const isStd = flags.has('std-as-variance') || flags.has('std-squared') || flags.has('std-plus-eps');
    const correction = flags.has('biased-running') ? 1 : count / (count - 1);
    const blend = (old: readonly number[], fresh: (j: number) => number) =>
      old.map((value, j) => (1 - this.#momentum) * value + this.#momentum * fresh(j));
    if (flags.has('not-updated')) return;
    if (!flags.has('mean-not-updated')) this.#mean = blend(this.#mean, (j) => mean[j % mean.length]!);
    if (flags.has('variance-not-updated')) return;
    this.#variance = blend(this.#variance, (j) => {
      const variance = biased[j % mean.length]! * correction;
      return isStd ? Math.sqrt(variance) : variance;
    });
  }

  #batch({ data, shape }: Block): Statistics {
    const features = this.#features;
    const [rows = 0] = shape;
    const flags = this.#flags;
    if (flags.has('all-axes-counted')) return momentsOf([data], () => 0);
    if (flags.has('all-axes')) return { ...momentsOf([data], () => 0), count: rows };
    const byRow = Array.from({ length: rows }, (_, i) => data.slice(i * features, (i + 1) * features));
    if (flags.has('axis-1')) {
      if (rows !== features) throw ANYTHING;
      return momentsOf(byRow, (_, j) => j);
    }
    if (flags.has('axis-1-kept')) return momentsOf(byRow, (i) => i);
    return momentsOf(
      Array.from({ length: features }, (_, j) => byRow.map((row) => row[j]!)),
      (_, j) => j,
    );
  }

  /** A tf.Variable of [C] refuses the [N, C] that averages over rows turn the running statistics into. */
  #refuse({ shape }: Block): void {
    if (this.#flags.has('axis-1-refused')) {
      throw new Failure('threw', 'shapes', new RegExp(`\\b${shape[0]}, ?${this.#features}\\b`));
    }
  }

  /** What averages over rows leave in the statistics depends on how they are stored. */
  #readable(statistics: readonly number[]): readonly number[] {
    if (this.#flags.has('axis-1-kept')) throw ANYTHING;
    return statistics;
  }
}

function momentsOf(groups: readonly (readonly number[])[], index: Statistics['index']): Statistics {
  const average = (values: readonly number[]) =>
    values.reduce((sum, value) => sum + value, 0) / values.length;
  const mean = groups.map(average);
  const biased = groups.map((group, i) => average(group.map((value) => (value - mean[i]!) ** 2)));
  return { mean, biased, count: groups[0]?.length ?? 0, index };
}

import { derivative } from '../diagnosis/derivative.js';
import type { Hypothesis } from '../diagnosis/model.js';
import { ANYTHING, Failure, type Observation } from '../diagnosis/observation.js';
import type { MistakeName } from '../mistakes.js';
import type { Block } from '../subject/block.js';
import type { BatchNormInterface, BatchNormOptions } from './interface.js';

/** The branches of forward that contain a slip: both, or one of them. */
type Branch = '' | ' in training' | ' in evaluation';

/** Slips that may be made in one branch of forward alone, each with its mistake. */
const BRANCH_SLIPS = {
  'eps-outside': 'epsilon-outside-root',
  'eps-ignored': 'epsilon-ignored',
  'no-root': 'variance-without-root',
  'mean-kept': 'mean-not-subtracted',
  reversed: 'subtraction-reversed',
  multiplied: 'deviation-multiplied',
  'eps-minus': 'epsilon-wrong-sign',
  'eps-squared': 'epsilon-squared',
  'root-twice': 'root-twice',
  'eps-after-division': 'epsilon-after-division',
  'no-weight': 'affine-ignored',
  'no-bias': 'affine-ignored',
  'no-affine': 'affine-ignored',
  'affine-twice': 'affine-twice',
  'affine-swapped': 'affine-swapped',
  'bias-first': 'bias-before-weight',
  'affine-before': 'affine-before-normalization',
  'statistics-swapped': 'mean-and-variance-swapped',
  'not-divided': 'division-missing',
  'not-normalized': 'normalization-missing',
  returned: 'normalization-missing',
  'squared-for-root': 'square-instead-of-root',
  'zero-for-root': 'xor-instead-of-power',
} as const satisfies Record<string, MistakeName>;

type BranchSlip = keyof typeof BRANCH_SLIPS;

const BRANCH_SLIP_NAMES = Object.keys(BRANCH_SLIPS).filter(
  (name): name is BranchSlip => name in BRANCH_SLIPS,
);

/** A way to get BatchNorm wrong. */
export type BatchNormFlag =
  | `${BranchSlip}${Branch}`
  | 'biased-running'
  | 'unbiased-batch'
  | 'running-before-update'
  | 'running-after-update'
  | 'batch-in-evaluation'
  | 'branches-swapped'
  | 'running-mean-in-training'
  | 'running-variance-in-training'
  | 'running-mean-after-update'
  | 'running-variance-after-update'
  | 'batch-mean-in-evaluation'
  | 'batch-variance-in-evaluation'
  | 'uncentered'
  | 'mean-not-squared'
  | 'summed-squares'
  | 'summed-mean'
  | 'around-running-mean'
  | 'absolute'
  | 'momentum-reversed'
  | 'momentum-reversed-for-mean'
  | 'momentum-reversed-for-variance'
  | 'summed'
  | 'fresh-whole'
  | 'replaced'
  | 'old-missing'
  | 'fresh-missing'
  | 'cumulative'
  | 'update-swapped'
  | 'updated-twice'
  | 'eps-in-running'
  | 'of-the-output'
  | 'bessel-reversed'
  | 'count-of-features'
  | 'count-of-elements'
  | 'count-plus-one'
  | 'count-plus-one-below'
  | 'count-minus-two'
  | 'bessel-twice'
  | 'unbiased-in-evaluation'
  | 'unbiased-again-in-evaluation'
  | 'updated-in-evaluation'
  | 'updated-before-evaluation'
  | 'updated-in-evaluation-biased'
  | 'updated-before-evaluation-biased'
  | 'not-updated'
  | 'mean-not-updated'
  | 'variance-not-updated'
  | 'std-as-variance'
  | 'std-squared'
  | 'std-plus-eps'
  | 'axis-1'
  | 'axis-1-kept'
  | 'axis-1-refused'
  | 'all-axes'
  | 'all-axes-counted'
  | 'dimensions-kept'
  | 'affine-required'
  | 'variance-from-zero'
  | 'mean-from-one'
  | 'weight-from-zero'
  | 'bias-from-one'
  | 'affine-start-swapped'
  | 'options-swapped'
  | 'detached-mean'
  | 'detached-variance'
  | 'detached-both'
  | 'no-gradient'
  | 'no-affine-gradient'
  | `default-eps ${number}`
  | `default-momentum ${number}`
  | `fixed-eps ${number}`
  | `fixed-momentum ${number}`;

/** Values of eps that other libraries use or that come from a slip. */
const OTHER_EPS = [1e-2, 1e-3, 1e-4, 1e-6, 1e-7, 1e-8, 1e-12];
const OTHER_MOMENTUM = [0.01, 0.5, 0.9, 0.99, 0.999];

/**
 * Values of eps that are written into the formula; the checks cannot tell a smaller one from none.
 */
const FIXED_EPS = [1e-5, 1e-2, 1e-3];
const FIXED_MOMENTUM = [0.1, 0.01, 0.9, 0.99, 0.5];

/**
 * Every slip and the mistake that it makes; of two slips that give the same numbers the commoner
 * comes first.
 */
export const BATCH_NORM_HYPOTHESES: readonly Hypothesis<BatchNormFlag>[] = [
  { mistake: 'biased-running-variance', flag: 'biased-running' },
  { mistake: 'unbiased-batch-variance', flag: 'unbiased-batch' },
  { mistake: 'running-statistics-in-training', flag: 'running-before-update' },
  { mistake: 'running-statistics-in-training', flag: 'running-after-update' },
  { mistake: 'batch-statistics-in-evaluation', flag: 'batch-in-evaluation' },
  { mistake: 'training-and-evaluation-swapped', flag: 'branches-swapped' },
  { mistake: 'mixed-statistics', flag: 'running-mean-in-training' },
  { mistake: 'mixed-statistics', flag: 'running-variance-in-training' },
  { mistake: 'mixed-statistics', flag: 'running-mean-after-update' },
  { mistake: 'mixed-statistics', flag: 'running-variance-after-update' },
  { mistake: 'mixed-statistics', flag: 'batch-mean-in-evaluation' },
  { mistake: 'mixed-statistics', flag: 'batch-variance-in-evaluation' },
  { mistake: 'momentum-reversed', flag: 'momentum-reversed' },
  { mistake: 'momentum-reversed', flag: 'momentum-reversed-for-mean' },
  { mistake: 'momentum-reversed', flag: 'momentum-reversed-for-variance' },
  { mistake: 'statistics-summed', flag: 'summed' },
  { mistake: 'momentum-missing', flag: 'fresh-whole' },
  { mistake: 'statistics-replaced', flag: 'replaced' },
  { mistake: 'statistics-replaced', flag: 'cumulative' },
  { mistake: 'old-statistics-missing', flag: 'old-missing' },
  { mistake: 'new-statistics-missing', flag: 'fresh-missing' },
  { mistake: 'mean-and-variance-swapped', flag: 'update-swapped' },
  { mistake: 'statistics-updated-twice', flag: 'updated-twice' },
  { mistake: 'epsilon-in-running-variance', flag: 'eps-in-running' },
  { mistake: 'statistics-of-the-output', flag: 'of-the-output' },
  { mistake: 'wrong-count', flag: 'count-of-features' },
  { mistake: 'wrong-count', flag: 'count-of-elements' },
  { mistake: 'wrong-count', flag: 'count-plus-one' },
  { mistake: 'wrong-count', flag: 'count-plus-one-below' },
  { mistake: 'wrong-count', flag: 'count-minus-two' },
  { mistake: 'wrong-count', flag: 'bessel-twice' },
  { mistake: 'wrong-count', flag: 'bessel-reversed' },
  { mistake: 'unbiased-variance-in-evaluation', flag: 'unbiased-in-evaluation' },
  { mistake: 'unbiased-variance-in-evaluation', flag: 'unbiased-again-in-evaluation' },
  { mistake: 'statistics-updated-in-evaluation', flag: 'updated-in-evaluation' },
  { mistake: 'statistics-updated-in-evaluation', flag: 'updated-before-evaluation' },
  { mistake: 'statistics-updated-in-evaluation', flag: 'updated-in-evaluation-biased' },
  { mistake: 'statistics-updated-in-evaluation', flag: 'updated-before-evaluation-biased' },
  { mistake: 'statistics-not-updated', flag: 'not-updated' },
  { mistake: 'statistics-not-updated', flag: 'mean-not-updated' },
  { mistake: 'statistics-not-updated', flag: 'variance-not-updated' },
  { mistake: 'running-standard-deviation', flag: 'std-as-variance' },
  { mistake: 'running-standard-deviation', flag: 'std-squared' },
  { mistake: 'running-standard-deviation', flag: 'std-plus-eps' },
  { mistake: 'variance-not-centered', flag: 'uncentered' },
  { mistake: 'mean-not-squared', flag: 'mean-not-squared' },
  { mistake: 'sum-instead-of-mean', flag: 'summed-squares' },
  { mistake: 'sum-instead-of-mean', flag: 'summed-mean' },
  { mistake: 'mixed-statistics', flag: 'around-running-mean' },
  { mistake: 'deviation-not-squared', flag: 'absolute' },
  { mistake: 'wrong-axis', flag: 'axis-1' },
  { mistake: 'wrong-axis', flag: 'axis-1-kept' },
  { mistake: 'wrong-axis', flag: 'axis-1-refused' },
  { mistake: 'wrong-axis', flag: 'all-axes' },
  { mistake: 'wrong-axis', flag: 'all-axes-counted' },
  { mistake: 'keep-dims-in-statistics', flag: 'dimensions-kept' },
  { mistake: 'affine-required', flag: 'affine-required' },
  { mistake: 'statistics-start-wrong', flag: 'variance-from-zero' },
  { mistake: 'statistics-start-wrong', flag: 'mean-from-one' },
  { mistake: 'affine-start-wrong', flag: 'weight-from-zero' },
  { mistake: 'affine-start-wrong', flag: 'bias-from-one' },
  { mistake: 'affine-start-wrong', flag: 'affine-start-swapped' },
  { mistake: 'options-swapped', flag: 'options-swapped' },
  { mistake: 'detached-statistics', flag: 'detached-mean' },
  { mistake: 'detached-statistics', flag: 'detached-variance' },
  { mistake: 'detached-statistics', flag: 'detached-both' },
  { mistake: 'no-gradient', flag: 'no-gradient' },
  { mistake: 'no-gradient', flag: 'no-affine-gradient' },
  ...(['', ' in training', ' in evaluation'] as const).flatMap((branch) =>
    BRANCH_SLIP_NAMES.map(
      (slip) => ({ mistake: BRANCH_SLIPS[slip], flag: `${slip}${branch}` as const }) as const,
    ),
  ),
  ...OTHER_EPS.map((eps) => ({ mistake: 'different-default-eps', flag: `default-eps ${eps}` }) as const),
  ...OTHER_MOMENTUM.map(
    (momentum) => ({ mistake: 'different-default-momentum', flag: `default-momentum ${momentum}` }) as const,
  ),
  ...FIXED_EPS.map((eps) => ({ mistake: 'epsilon-hard-coded', flag: `fixed-eps ${eps}` }) as const),
  ...FIXED_MOMENTUM.map(
    (momentum) => ({ mistake: 'momentum-hard-coded', flag: `fixed-momentum ${momentum}` }) as const,
  ),
];

/** Mean and variance of each group of a batch. */
interface Statistics {
  readonly mean: readonly number[];
  readonly biased: readonly number[];
  /** The number of elements that each statistic averages. */
  readonly count: number;
  /** The index of the statistic for the element in row i and column j. */
  readonly index: (i: number, j: number) => number;
}

/** BatchNorm in float64 on plain arrays, with any set of mistakes. */
export class BatchNormModel implements BatchNormInterface {
  readonly #flags: ReadonlySet<BatchNormFlag>;
  readonly #features: number;
  readonly #eps: number;
  readonly #momentum: number;
  readonly #affine: boolean;
  #mean: readonly number[];
  #variance: readonly number[];
  #weight: readonly number[];
  #bias: readonly number[];
  #updates = 0;

  constructor(features: number, options: BatchNormOptions | undefined, flags: ReadonlySet<BatchNormFlag>) {
    const fixedEps = FIXED_EPS.find((value) => flags.has(`fixed-eps ${value}`));
    const fixedMomentum = FIXED_MOMENTUM.find((value) => flags.has(`fixed-momentum ${value}`));
    const eps =
      fixedEps ?? options?.eps ?? OTHER_EPS.find((value) => flags.has(`default-eps ${value}`)) ?? 1e-5;
    const momentum =
      fixedMomentum ??
      options?.momentum ??
      OTHER_MOMENTUM.find((value) => flags.has(`default-momentum ${value}`)) ??
      0.1;
    const swapped = flags.has('options-swapped');
    this.#flags = flags;
    this.#features = features;
    this.#eps = swapped ? momentum : eps;
    this.#momentum = swapped ? eps : momentum;
    this.#affine = options?.affine ?? true;
    const startSwapped = flags.has('affine-start-swapped') && this.#affine;
    const isWeightZero = flags.has('weight-from-zero') && this.#affine;
    const isBiasOne = flags.has('bias-from-one') && this.#affine;
    this.#mean = new Array<number>(features).fill(flags.has('mean-from-one') ? 1 : 0);
    this.#variance = new Array<number>(features).fill(flags.has('variance-from-zero') ? 0 : 1);
    this.#weight = new Array<number>(features).fill(startSwapped || isWeightZero ? 0 : 1);
    this.#bias = new Array<number>(features).fill(startSwapped || isBiasOne ? 1 : 0);
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
    this.#refuse(x, training);
    const before = this.#updatesBefore(training);
    if (before) this.#update(x, training);
    const y = this.#output(x.data, x, training, this.#weight, this.#bias);
    if (!before && this.#updatesIn(training)) this.#update(x, training);
    return y;
  }

  gradients(
    x: Block,
    upstream: readonly number[],
    training: boolean,
  ): Record<'x' | 'weight' | 'bias', Observation> {
    const flags = this.#flags;
    this.#refuse(x, training);
    // Infinities: the gradient depends on how it is computed.
    if (this.#has('zero-for-root', training)) return { x: ANYTHING, weight: ANYTHING, bias: ANYTHING };
    const constant = new Failure('constant', 'no gradient');
    const loss = (data: readonly number[], weight = this.#weight, bias = this.#bias) =>
      this.#output(data, x, training, weight, bias).reduce((sum, value, i) => sum + value * upstream[i]!, 0);
    const unused = (part: 'no-weight' | 'no-bias') =>
      this.#has('returned', training) ||
      flags.has('no-gradient') ||
      flags.has('no-affine-gradient') ||
      this.#has(part, training) ||
      this.#has('no-affine', training);
    const before = this.#updatesBefore(training);
    if (before) this.#update(x, training);
    const gradients = {
      x: flags.has('no-gradient') ? constant : derivative((data) => loss(data), x.data),
      weight: unused('no-weight') ? constant : derivative((weight) => loss(x.data, weight), this.#weight),
      bias: unused('no-bias') ? constant : derivative((bias) => loss(x.data, this.#weight, bias), this.#bias),
    };
    if (!before && this.#updatesIn(training)) this.#update(x, training);
    return gradients;
  }

  /** True if the slip is made in this branch of forward. */
  #has(slip: BranchSlip, training: boolean): boolean {
    return this.#flags.has(slip) || this.#flags.has(`${slip}${training ? ' in training' : ' in evaluation'}`);
  }

  #updatesBefore(training: boolean): boolean {
    const flags = this.#flags;
    if (!training)
      return flags.has('updated-before-evaluation') || flags.has('updated-before-evaluation-biased');
    return (
      flags.has('running-after-update') ||
      flags.has('running-mean-after-update') ||
      flags.has('running-variance-after-update')
    );
  }

  #updatesIn(training: boolean): boolean {
    const flags = this.#flags;
    if (flags.has('branches-swapped')) return !training;
    return training || flags.has('updated-in-evaluation') || flags.has('updated-in-evaluation-biased');
  }

  /** The statistics that come from the batch rather than from the running ones. */
  #fromBatch(training: boolean): { mean: boolean; variance: boolean } {
    const flags = this.#flags;
    if (flags.has('branches-swapped')) return { mean: !training, variance: !training };
    const running = flags.has('running-before-update') || flags.has('running-after-update');
    if (training) {
      return {
        mean: !running && !flags.has('running-mean-in-training') && !flags.has('running-mean-after-update'),
        variance:
          !running &&
          !flags.has('running-variance-in-training') &&
          !flags.has('running-variance-after-update'),
      };
    }
    const batch = flags.has('batch-in-evaluation');
    return {
      mean: batch || flags.has('batch-mean-in-evaluation'),
      variance: batch || flags.has('batch-variance-in-evaluation'),
    };
  }

  /** The output for `data`. Detached statistics, and running ones, are those of `x`. */
  #output(
    data: readonly number[],
    x: Block,
    training: boolean,
    weight: readonly number[],
    bias: readonly number[],
  ): number[] {
    const flags = this.#flags;
    const affineBefore = this.#has('affine-before', training);
    const given = affineBefore
      ? data.map((value, position) => {
          const j = position % this.#features;
          return value * weight[j]! + bias[j]!;
        })
      : data;
    const fromBatch = this.#fromBatch(training);
    const moving = this.#batch({ data: given, shape: x.shape });
    const fixed = this.#batch(x);
    const both = flags.has('detached-both');
    const center = both || flags.has('detached-mean') ? fixed : moving;
    const spread = both || flags.has('detached-variance') ? fixed : moving;
    const unbiased = flags.has('unbiased-batch') ? spread.count / (spread.count - 1) : 1;
    const rows = x.shape[0] ?? 0;
    const isUnbiased = flags.has('unbiased-in-evaluation') || flags.has('unbiased-again-in-evaluation');
    const factor = !training && isUnbiased ? rows / (rows - 1) : 1;
    if (!(fromBatch.mean && fromBatch.variance) && flags.has('axis-1-kept')) throw ANYTHING;
    const swapped = this.#has('statistics-swapped', training);
    return given.map((value, position) => {
      const j = position % this.#features;
      const i = Math.floor(position / this.#features);
      const mean = fromBatch.mean ? center.mean[center.index(i, j)]! : this.#mean[j]!;
      const variance = fromBatch.variance
        ? spread.biased[spread.index(i, j)]! * unbiased
        : this.#variance[j]! * factor;
      const [shift, square] = swapped ? [variance, mean] : [mean, variance];
      const scale = fromBatch.variance ? this.#scale(square, training) : this.#runningScale(square, training);
      const centered = this.#has('mean-kept', training)
        ? value
        : this.#has('reversed', training)
          ? shift - value
          : value - shift;
      const late = this.#has('eps-after-division', training) ? this.#eps : 0;
      if (this.#has('returned', training)) return value;
      const normalized = this.#has('not-normalized', training)
        ? value
        : this.#has('not-divided', training)
          ? centered
          : this.#has('multiplied', training)
            ? centered * scale
            : centered / scale + late;
      return affineBefore ? normalized : this.#transformed(normalized, weight[j]!, bias[j]!, training);
    });
  }

  /** Applies weight and bias to a normalized value. */
  #transformed(value: number, weight: number, bias: number, training: boolean): number {
    if (this.#has('no-affine', training)) return value;
    if (this.#has('affine-swapped', training)) return value * bias + weight;
    if (this.#has('bias-first', training)) return (value + bias) * weight;
    const once = (given: number) => {
      const scaled = this.#has('no-weight', training) ? given : given * weight;
      return this.#has('no-bias', training) ? scaled : scaled + bias;
    };
    return this.#has('affine-twice', training) ? once(once(value)) : once(value);
  }

  #scale(variance: number, training: boolean): number {
    const isLeftOut = this.#has('eps-ignored', training) || this.#has('eps-after-division', training);
    const eps = isLeftOut ? 0 : this.#has('eps-squared', training) ? this.#eps ** 2 : this.#eps;
    if (this.#has('zero-for-root', training)) return 0;
    if (this.#has('squared-for-root', training)) return (variance + eps) ** 2;
    if (this.#has('no-root', training)) return variance + eps;
    if (this.#has('eps-outside', training)) return Math.sqrt(variance) + eps;
    if (this.#has('eps-minus', training)) return Math.sqrt(variance - eps);
    if (this.#has('root-twice', training)) return Math.sqrt(Math.sqrt(variance + eps));
    return Math.sqrt(variance + eps);
  }

  #runningScale(stored: number, training: boolean): number {
    if (this.#flags.has('std-plus-eps')) return stored + this.#eps;
    return this.#scale(this.#flags.has('std-squared') ? stored * stored : stored, training);
  }

  #update(x: Block, training: boolean): void {
    const flags = this.#flags;
    if (flags.has('not-updated')) return;
    for (let turn = flags.has('updated-twice') ? 2 : 1; turn > 0; turn--) {
      this.#updates++;
      const { mean, variance } = this.#fresh(x, training);
      const [forMean, forVariance] = flags.has('update-swapped') ? [variance, mean] : [mean, variance];
      if (!flags.has('mean-not-updated'))
        this.#mean = this.#blend(this.#mean, forMean, flags.has('momentum-reversed-for-mean'));
      if (!flags.has('variance-not-updated'))
        this.#variance = this.#blend(
          this.#variance,
          forVariance,
          flags.has('momentum-reversed-for-variance'),
        );
    }
  }

  #blend(old: readonly number[], fresh: (j: number) => number, isReversed: boolean): number[] {
    const flags = this.#flags;
    const momentum = flags.has('cumulative') ? 1 / this.#updates : this.#momentum;
    const own = isReversed || flags.has('momentum-reversed') ? 1 - momentum : momentum;
    const isDropped = flags.has('replaced') || flags.has('old-missing');
    const kept = isDropped ? 0 : flags.has('summed') ? 1 : 1 - own;
    const isWhole = flags.has('replaced') || flags.has('fresh-whole');
    const added = flags.has('fresh-missing') ? 0 : isWhole ? 1 : own;
    return old.map((value, j) => kept * value + added * fresh(j));
  }

  /** The new value that enters the running statistics. */
  #fresh(x: Block, training: boolean): Record<'mean' | 'variance', (j: number) => number> {
    const flags = this.#flags;
    const { mean, biased, count } = this.#batch(x);
    const isStd = flags.has('std-as-variance') || flags.has('std-squared') || flags.has('std-plus-eps');
    const correction = this.#correction(count, x.data.length, training);
    const ofOutput = flags.has('of-the-output');
    return {
      mean: (j) => (ofOutput ? 0 : mean[j % mean.length]!),
      variance: (j) => {
        const own = biased[j % mean.length]!;
        const variance = (ofOutput ? own / this.#scale(own, true) ** 2 : own) * correction;
        const stored = isStd ? Math.sqrt(variance) : variance;
        return flags.has('eps-in-running') ? stored + this.#eps : stored;
      },
    };
  }

  /** The factor that makes the variance unbiased, or is meant to. */
  #correction(count: number, size: number, training: boolean): number {
    const flags = this.#flags;
    const isBiasedHere =
      !training &&
      (flags.has('updated-in-evaluation-biased') || flags.has('updated-before-evaluation-biased'));
    if (isBiasedHere || flags.has('biased-running') || flags.has('unbiased-in-evaluation')) return 1;
    if (flags.has('bessel-reversed')) return (count - 1) / count;
    if (flags.has('count-plus-one')) return (count + 1) / count;
    if (flags.has('count-plus-one-below')) return count / (count + 1);
    if (flags.has('count-minus-two')) return count / (count - 2);
    if (flags.has('bessel-twice')) return (count / (count - 1)) ** 2;
    const n = flags.has('count-of-features') ? this.#features : flags.has('count-of-elements') ? size : count;
    return n / (n - 1);
  }

  #batch({ data, shape }: Block): Statistics {
    const features = this.#features;
    const [rows = 0] = shape;
    const flags = this.#flags;
    const momentsOf = (groups: readonly (readonly number[])[], index: Statistics['index']): Statistics =>
      this.#moments(groups, index);
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

  #moments(groups: readonly (readonly number[])[], index: Statistics['index']): Statistics {
    const flags = this.#flags;
    const total = (values: readonly number[]) => average(values) * values.length;
    const mean = groups.map(flags.has('summed-mean') ? total : average);
    const squares = (group: readonly number[]) => average(group.map((value) => value ** 2));
    const biased = groups.map((group, i) => {
      if (flags.has('uncentered')) return squares(group);
      if (flags.has('mean-not-squared')) return squares(group) - mean[i]!;
      const center = flags.has('around-running-mean') ? this.#mean[i]! : mean[i]!;
      const deviations = group.map((value) => Math.abs(value - center));
      const reduced = flags.has('summed-squares') ? total : average;
      return reduced(flags.has('absolute') ? deviations : deviations.map((value) => value ** 2));
    });
    return { mean, biased, count: groups[0]?.length ?? 0, index };
  }

  /** Throws if TensorFlow.js would throw. */
  #refuse({ shape }: Block, training: boolean): void {
    const flags = this.#flags;
    if (flags.has('affine-required') && !this.#affine)
      throw new Failure('threw', 'no weight', /null|undefined/);
    if (!training) return;
    // A mistaken average over rows gives [N, C], which a tf.Variable of [C] refuses.
    if (flags.has('axis-1-refused'))
      throw new Failure('threw', 'shapes', new RegExp(`\\b${shape[0]}, ?${this.#features}\\b`));
    if (flags.has('dimensions-kept'))
      throw new Failure('threw', 'shapes', new RegExp(`\\b1, ?${this.#features}\\b`));
  }

  /**
   * The running statistics if their shape is readable; after an average over rows it depends on how
   * they are stored.
   */
  #readable(statistics: readonly number[]): readonly number[] {
    if (this.#flags.has('axis-1-kept')) throw ANYTHING;
    return statistics;
  }
}

function average(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

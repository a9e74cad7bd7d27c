import { serialization, type Tensor, Variable } from '@tensorflow/tfjs-core';
import { initializers, type layers } from '@tensorflow/tfjs-layers';
import { checkFlag, checkOptions, type OptionNames } from '@trainkit/checks';
import { BATCH_NORM_OPTIONS, type BatchNormOptions, batchNorm } from '../batch-norm.js';
import { checkEps, checkMomentum } from '../checks.js';
import {
  LAYER_OPTIONS,
  type LayerOptions,
  LoadableLayer,
  lastSize,
  onlyTensor,
  type Weight,
} from './arguments.js';

/** Options of the layer `batchNorm`. */
export interface BatchNormLayerOptions extends BatchNormOptions, LayerOptions {
  /** True for a weight, default `affine`. */
  scale?: boolean | undefined;
  /** True for a bias, default `affine`. */
  center?: boolean | undefined;
}

const BATCH_NORM_LAYER_OPTIONS: OptionNames<BatchNormLayerOptions> = {
  ...BATCH_NORM_OPTIONS,
  ...LAYER_OPTIONS,
  scale: true,
  center: true,
};

/** The layer; see `batchNorm` in layers.ts. */
export class BatchNormLayer extends LoadableLayer {
  /**
   * Prefixed, since a class of the same name from another library would be replaced in saved
   * models.
   */
  static readonly className: string = 'TrainkitBatchNorm';
  readonly #options: { eps: number; momentum: number | null; scale: boolean; center: boolean };
  #weight: Weight | null = null;
  #bias: Weight | null = null;
  #statistics: Record<'mean' | 'variance' | 'count', Weight> | null = null;

  constructor(options: BatchNormLayerOptions = {}) {
    const {
      eps = 1e-5,
      momentum = 0.1,
      affine = true,
      scale = affine,
      center = affine,
      ...rest
    } = checkOptions('batchNorm', options, BATCH_NORM_LAYER_OPTIONS);
    super(rest);
    checkEps('batchNorm', eps);
    checkMomentum('batchNorm', momentum);
    for (const [name, value] of Object.entries({ affine, scale, center })) {
      checkFlag('batchNorm', name, value);
    }
    this.#options = { eps, momentum, scale, center };
    this.supportsMasking = true;
  }

  override build(inputShape: Parameters<layers.Layer['build']>[0]): void {
    const channels = lastSize('batchNorm', inputShape);
    const { scale, center } = this.#options;
    const { ones, zeros } = initializers;
    const add = (name: string, shape: number[], start: ReturnType<typeof ones>, trainable: boolean) =>
      this.addWeight(name, shape, 'float32', start, undefined, trainable);
    this.#weight = scale ? add('weight', [channels], ones(), true) : null;
    this.#bias = center ? add('bias', [channels], zeros(), true) : null;
    this.#statistics = {
      mean: add('running_mean', [channels], zeros(), false),
      variance: add('running_var', [channels], ones(), false),
      count: this.addWeight('num_batches_tracked', [], 'int32', zeros(), undefined, false),
    };
    super.build(inputShape);
  }

  override call(inputs: Tensor | Tensor[], kwargs: Record<string, unknown>): Tensor {
    const { eps, momentum } = this.#options;
    return batchNorm(onlyTensor('batchNorm', inputs), {
      weight: this.#weight?.read() ?? null,
      bias: this.#bias?.read() ?? null,
      runningMean: variableOf(this.#statistics?.mean),
      runningVar: variableOf(this.#statistics?.variance),
      numBatchesTracked: variableOf(this.#statistics?.count),
      training: kwargs['training'] === true,
      momentum,
      eps,
    });
  }

  override getConfig(): serialization.ConfigDict {
    return { ...super.getConfig(), ...this.#options };
  }
}
serialization.registerClass(BatchNormLayer, 'Trainkit');

/** The variable inside a weight of tfjs-layers. */
function variableOf(weight: Weight | undefined): Variable | null {
  const value = weight?.read();
  return value instanceof Variable ? value : null;
}

import { serialization, type Tensor, Variable } from '@tensorflow/tfjs-core';
import { initializers, type layers } from '@tensorflow/tfjs-layers';
import { checkFlag, checkOptions, type OptionNames } from '@trainkit/checks';
import { markVariable } from '@trainkit/kernels';
import { checkEps } from '../checks.js';
import { checkSizes, LAYER_NORM_OPTIONS, type LayerNormOptions, layerNorm } from '../layer-norm.js';
import {
  checkLastSizes,
  LAYER_OPTIONS,
  type LayerOptions,
  LoadableLayer,
  lastSize,
  onlyTensor,
  type Weight,
} from './arguments.js';

/** Options of the layer `layerNorm`. */
export interface LayerNormLayerOptions extends LayerNormOptions, LayerOptions {
  /** The sizes of the input's last dimensions, default only the last one. */
  normalizedShape?: number | number[] | undefined;
  /** True for a weight, default `elementwiseAffine`. */
  scale?: boolean | undefined;
  /** True for a bias, default `elementwiseAffine && bias`. */
  center?: boolean | undefined;
}

const LAYER_NORM_LAYER_OPTIONS: OptionNames<LayerNormLayerOptions> = {
  ...LAYER_NORM_OPTIONS,
  ...LAYER_OPTIONS,
  normalizedShape: true,
  scale: true,
  center: true,
};

/** The layer; see `layerNorm` in layers.ts. */
export class LayerNormLayer extends LoadableLayer {
  /**
   * Prefixed, since a class of the same name from another library would be replaced in saved
   * models.
   */
  static readonly className: string = 'TrainkitLayerNorm';
  readonly #options: { eps: number; scale: boolean; center: boolean };
  #normalizedShape: number[] | null;
  #weight: Weight | null = null;
  #bias: Weight | null = null;

  constructor(options: LayerNormLayerOptions = {}) {
    const {
      normalizedShape,
      eps = 1e-5,
      elementwiseAffine = true,
      bias = true,
      scale = elementwiseAffine,
      center = elementwiseAffine && bias,
      ...rest
    } = checkOptions('layerNorm', options, LAYER_NORM_LAYER_OPTIONS);
    super(rest);
    checkEps('layerNorm', eps);
    for (const [name, value] of Object.entries({ elementwiseAffine, bias, scale, center })) {
      checkFlag('layerNorm', name, value);
    }
    this.#normalizedShape = normalizedShape === undefined ? null : checkSizes('layerNorm', normalizedShape);
    this.#options = { eps, scale, center };
    this.supportsMasking = true;
  }

  override build(inputShape: Parameters<layers.Layer['build']>[0]): void {
    const shape = this.#normalizedShape ?? [lastSize('layerNorm', inputShape)];
    checkLastSizes('layerNorm', inputShape, shape);
    this.#normalizedShape = shape;
    const { scale, center } = this.#options;
    const { ones, zeros } = initializers;
    this.#weight = scale ? this.addWeight('weight', shape, 'float32', ones()) : null;
    if (this.#weight !== null) spareFromDecay(this.#weight.read());
    this.#bias = center ? this.addWeight('bias', shape, 'float32', zeros()) : null;
    super.build(inputShape);
  }

  override call(inputs: Tensor | Tensor[]): Tensor {
    const x = onlyTensor('layerNorm', inputs);
    return layerNorm(x, this.#normalizedShape ?? [], {
      weight: this.#weight?.read() ?? null,
      bias: this.#bias?.read() ?? null,
      eps: this.#options.eps,
    });
  }

  override getConfig(): serialization.ConfigDict {
    const shape = this.#normalizedShape;
    return {
      ...super.getConfig(),
      ...this.#options,
      ...(shape === null ? {} : { normalizedShape: shape }),
    };
  }
}

/**
 * Excludes the weight from decay, like `decay: false` for a parameter of `@trainkit/nn`: a layer's
 * own name need not contain norm.
 */
function spareFromDecay(weight: Tensor): void {
  if (weight instanceof Variable) markVariable(weight, { decay: false });
}

serialization.registerClass(LayerNormLayer, 'Trainkit');

/**
 * `BatchNorm` and `LayerNorm` as layers of tfjs-layers:
 * `tf.sequential({ layers: [dense, batchNorm()] })`.
 *
 * They have PyTorch's options (`momentum` is the weight of the new statistics, `eps` is 1e-5), and
 * also `scale` and `center` of tfjs-layers. `model.fit` trains them, `model.evaluate` and
 * `model.predict` use the running statistics.
 *
 * Importing this entry registers the classes (`TrainkitBatchNorm`, `TrainkitLayerNorm`), so that
 * `tf.loadLayersModel` knows them.
 */
import type { layers } from '@tensorflow/tfjs-layers';
import { BatchNormLayer, type BatchNormLayerOptions } from './layers/batch-norm-layer.js';
import { LayerNormLayer, type LayerNormLayerOptions } from './layers/layer-norm-layer.js';

export type { LayerOptions } from './layers/arguments.js';
export type { BatchNormLayerOptions } from './layers/batch-norm-layer.js';
export type { LayerNormLayerOptions } from './layers/layer-norm-layer.js';

/**
 * Normalizes each channel, the last dimension, over the batch: {@link BatchNormLayerOptions}, all
 * optional.
 *
 * Weights, in this order: `weight` and `bias` where they are on, `running_mean`, `running_var`,
 * `num_batches_tracked` (int32), as in the state dict of `BatchNorm`.
 *
 * The trap: the momentum of `tf.layers.batchNormalization` is the weight of the OLD statistics
 * (0.99, which is 0.01 here). It has eps 1e-3, stores the biased variance, and fails in training
 * with `scale: false` or `center: false`.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs';
 * import { batchNorm } from '@trainkit/normalization/layers';
 *
 * const model = tf.sequential({ layers: [batchNorm({ inputShape: [2], momentum: 1, scale: false })] });
 * model.compile({ optimizer: 'sgd', loss: 'meanSquaredError' });
 * const x = tf.tensor2d([[1, 10], [3, 30]]);
 * await model.fit(x, tf.zerosLike(x), { verbose: 0 });
 * console.log(model.layers[0]!.getWeights()[1]!.dataSync()); // → Float32Array(2) [ 2, 20 ]
 * ```
 */
export function batchNorm(options: BatchNormLayerOptions = {}): layers.Layer {
  return new BatchNormLayer(options);
}

/**
 * Normalizes each example over its last dimension, or over `normalizedShape`:
 * {@link LayerNormLayerOptions}.
 *
 * The trap: `tf.layers.layerNormalization` has eps 1e-3.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs';
 * import { layerNorm } from '@trainkit/normalization/layers';
 *
 * const model = tf.sequential({ layers: [layerNorm({ inputShape: [2] })] });
 * const y = model.predict(tf.tensor2d([[1, 3], [-100, 100]]));
 * if (!Array.isArray(y)) console.log(Array.from(y.dataSync(), (value) => value.toFixed(3)).join(' ')); // → -1.000 1.000 -1.000 1.000
 * ```
 */
export function layerNorm(options: LayerNormLayerOptions = {}): layers.Layer {
  return new LayerNormLayer(options);
}

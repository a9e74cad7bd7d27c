import * as tf from '@tensorflow/tfjs-core';
import { Dropout } from '@trainkit/dropout';
import { Flatten, Linear, Module, ReLU, Sequential, Sigmoid, Tanh } from '@trainkit/nn';
import { BatchNorm, LayerNorm } from '@trainkit/normalization';
import type { Generator } from '@trainkit/random';
import type { ExperimentConfig } from '../config/schema.js';
import { INITIALIZATIONS } from './initializations.js';

/** The settings that define the network. */
export type NetworkConfig = Pick<
  ExperimentConfig,
  | 'network'
  | 'inputSize'
  | 'outputSize'
  | 'hiddenSizes'
  | 'activation'
  | 'normalization'
  | 'normalizationPlace'
  | 'dropout'
  | 'init'
>;

/**
 * Builds the initial network of a training. Each hidden layer is a Linear, the normalization and
 * the activation (in either order) and dropout. The last layer is a Linear alone.
 *
 * Draws in PyTorch's order: every Linear's own initialization as it is created, then, Linear by
 * Linear, the config's.
 *
 * @param options.generator draws the initialization and, later, dropout's masks
 */
export function createNetwork(config: NetworkConfig, { generator }: { generator: Generator }): Module {
  const layers = layersOf(config, generator);
  const model =
    config.network === 'simple-net' ? new SimpleNet(layers) : new Sequential(new Flatten(), ...layers);
  const initialize = INITIALIZATIONS[config.init];
  return model.apply((module) => {
    if (module instanceof Linear) initialize(module, generator);
  });
}

/**
 * The notebook's class: its layers are below `net.`, and it accepts images of any shape with the
 * same number of pixels.
 */
class SimpleNet extends Module {
  readonly net: Sequential;
  readonly #inputSize: number;

  constructor(layers: readonly Module[]) {
    super();
    this.net = new Sequential(...layers);
    const [first] = layers;
    this.#inputSize = first instanceof Linear ? first.inFeatures : 0;
  }

  forward(images: tf.Tensor): tf.Tensor {
    return this.net.forward(tf.reshape(images, [-1, this.#inputSize]));
  }
}

function layersOf(config: NetworkConfig, generator: Generator): Module[] {
  const layers: Module[] = [];
  let width: number = config.inputSize;
  for (const hidden of config.hiddenSizes) {
    const normalized = normalizationOf(config, hidden);
    const activation = ACTIVATIONS[config.activation]();
    layers.push(new Linear(width, hidden, { generator }));
    if (config.normalizationPlace === 'before-activation') layers.push(...normalized, activation);
    else layers.push(activation, ...normalized);
    if (config.dropout > 0) layers.push(new Dropout(config.dropout, { generator }));
    width = hidden;
  }
  layers.push(new Linear(width, config.outputSize, { generator }));
  return layers;
}

const ACTIVATIONS = { relu: () => new ReLU(), tanh: () => new Tanh(), sigmoid: () => new Sigmoid() };

function normalizationOf({ normalization }: NetworkConfig, features: number): Module[] {
  switch (normalization) {
    case 'none':
      return [];
    case 'layernorm':
      return [new LayerNorm(features)];
    case 'batchnorm':
      return [new BatchNorm(features)];
  }
}

import * as tf from '@tensorflow/tfjs-core';
import { initializers } from '@tensorflow/tfjs-layers';
import { kaimingNormal, normal, xavierUniform, zeros } from '@trainkit/init';
import type { Linear } from '@trainkit/nn';
import type { Generator } from '@trainkit/random';

/**
 * Initializes one Linear: draws its weight, then its bias, from the generator if they are random.
 */
type Initialize = (layer: Linear, generator: Generator) => void;

/**
 * Xavier's uniform weights times `factor`, biases 0; factor 1 is the exercise's "Xavier (yours)".
 */
function scaledXavier(factor: number): Initialize {
  return (layer, generator) =>
    assign(layer, {
      weight: () => tf.mul(xavierUniform(shapeOf(layer), { generator }), factor),
      bias: () => zeros([layer.outFeatures]),
    });
}

/**
 * The library's own Xavier, for which the notebook uses PyTorch's: `glorotUniform` of tfjs-layers,
 * biases 0.
 *
 * It has the same distribution, but another stream of random numbers, so PyTorch cannot repeat the
 * run.
 */
const referenceXavier: Initialize = (layer, generator) => {
  // With one seed for all layers, layers of the same shape would get the same weights.
  const seed = Number(generator.int64() % 2n ** 31n);
  assign(layer, {
    weight: () => initializers.glorotUniform({ seed }).apply(shapeOf(layer)),
    bias: () => zeros([layer.outFeatures]),
  });
};

/** Weights and biases 0. */
const zero: Initialize = (layer) =>
  assign(layer, { weight: () => zeros(shapeOf(layer)), bias: () => zeros([layer.outFeatures]) });

/** Weights and biases from N(0, 1). */
const unitGaussian: Initialize = (layer, generator) =>
  assign(layer, {
    weight: () => normal(shapeOf(layer), { generator }),
    bias: () => normal([layer.outFeatures], { generator }),
  });

/** Kaiming's normal weights for relu, from the fan-in, biases 0. */
const kaiming: Initialize = (layer, generator) =>
  assign(layer, {
    weight: () => kaimingNormal(shapeOf(layer), { generator, nonlinearity: 'relu' }),
    bias: () => zeros([layer.outFeatures]),
  });

/** The initializations of a config by their names. */
export const INITIALIZATIONS = {
  'kaiming-normal': kaiming,
  'xavier-uniform': scaledXavier(1),
  default: () => undefined,
  'xavier-x0.1': scaledXavier(0.1),
  'xavier-x10': scaledXavier(10),
  'xavier-reference': referenceXavier,
  zero,
  'unit-gaussian': unitGaussian,
} as const satisfies Readonly<Record<string, Initialize>>;

function shapeOf(layer: Linear): [number, number] {
  return [layer.inFeatures, layer.outFeatures];
}

function assign(layer: Linear, values: { weight: () => tf.Tensor; bias: () => tf.Tensor }): void {
  tf.tidy(() => {
    layer.weight.assign(values.weight());
    layer.bias?.assign(values.bias());
  });
}

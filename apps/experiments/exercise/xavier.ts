import * as tf from '@tensorflow/tfjs';

/**
 * Section 1: Xavier (Glorot) initialization.
 *
 * Keeps the scale of activations and gradients equal in all layers of a network with tanh. The
 * weights have mean 0 and variance 2 / (fanIn + fanOut), from a uniform or a normal distribution:
 *
 *   uniform  U(−a, a) with a = √(6 / (fanIn + fanOut))
 *   normal   N(0, s²) with s = √(2 / (fanIn + fanOut))
 *
 * @param fanIn number of inputs of the layer
 * @param fanOut number of outputs of the layer
 * @returns the weights, shape [fanIn, fanOut]
 */
export function xavier(fanIn: number, fanOut: number): tf.Tensor {
  return tf.tidy(() => {
    // TODO: return random weights of the shape [fanIn, fanOut].
    // HINT: tf.randomUniform(shape, low, high) draws from [low, high); tf.randomNormal(shape, mean,
    // standardDeviation) takes the standard deviation, not the variance. Do not use
    // tf.truncatedNormal: truncation reduces the variance.
    throw new Error(`TODO: draw weights of shape [${fanIn}, ${fanOut}]`);
  });
}

import * as tf from '@tensorflow/tfjs';

/**
 * Section 1: Xavier (Glorot) initialization.
 *
 * It keeps the scale of activations and gradients alike in all layers, where the activation is tanh. Weights have the
 * mean 0 and the variance 2 / (fanIn + fanOut), from a uniform or from a normal distribution:
 *
 *   uniform  U(−a, a) with a = √(6 / (fanIn + fanOut))
 *   normal   N(0, s²) with s = √(2 / (fanIn + fanOut))
 *
 * @param fanIn how many numbers go into the layer
 * @param fanOut how many come out of it
 * @returns the weights, shape [fanIn, fanOut]
 */
export function xavier(fanIn: number, fanOut: number): tf.Tensor {
  return tf.tidy(() => {
    // TODO: return random weights of the shape [fanIn, fanOut].
    // HINT: tf.randomUniform(shape, low, high) draws from [low, high); tf.randomNormal(shape, mean, standardDeviation)
    // takes the standard deviation, not the variance. Stay away from tf.truncatedNormal: what it cuts off is missing
    // in the variance.
    throw new Error(`TODO: draw weights of shape [${fanIn}, ${fanOut}]`);
  });
}

import * as tf from '@tensorflow/tfjs';
import { Linear, Module } from '@trainkit/nn';

/** LeNet-5 for flat images of 28 by 28, with ReLU and maximum pooling. */
export class LeNet extends Module {
  conv1 = new Convolution([5, 5, 1, 6], 'same');
  conv2 = new Convolution([5, 5, 6, 16], 'valid');
  fc1 = new Linear(400, 120);
  fc2 = new Linear(120, 84);
  fc3 = new Linear(84, 10);

  /** @param {tf.Tensor} images */
  forward(images) {
    const x = this.conv2.forward(this.conv1.forward(images.reshape([-1, 28, 28, 1])));
    const hidden = tf.relu(this.fc2.forward(tf.relu(this.fc1.forward(x.reshape([-1, 400])))));
    return this.fc3.forward(hidden);
  }
}

/** A convolution, ReLU and a maximum over 2 by 2 pixels. */
class Convolution extends Module {
  /**
   * @param {[height: number, width: number, inputs: number, outputs: number]} shape
   * @param {'same' | 'valid'} padding
   */
  constructor(shape, padding) {
    super();
    const [height, width, inputs, outputs] = shape;
    const bound = (height * width * inputs) ** -0.5;
    this.weight = tf.variable(tf.randomUniform(shape, -bound, bound).as4D(...shape));
    this.bias = tf.variable(tf.randomUniform([outputs], -bound, bound));
    this.padding = padding;
  }

  /** @param {tf.Tensor4D} x */
  forward(x) {
    /** @type {tf.Tensor4D} */
    const y = tf.add(tf.conv2d(x, /** @type {tf.Tensor4D} */ (this.weight), 1, this.padding), this.bias);
    return tf.maxPool(tf.relu(y), 2, 2, 'valid');
  }
}

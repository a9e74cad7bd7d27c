import * as tf from '@tensorflow/tfjs-core';
import { Linear, Module, Sequential, Tanh } from '@trainkit/nn';
import type { Generator } from '@trainkit/random';

/** Pixels of one image: 28 × 28. */
const INPUTS = 784;

/**
 * The network of section 1: 784-256-128-64-10 with tanh between the layers and nothing after the last.
 *
 * Takes images of any shape that holds 784 pixels each, and gives 10 logits.
 */
export class SimpleNet extends Module {
  readonly net: Sequential;

  /** @param options.generator draws each Linear's own start, as PyTorch does even where another start follows */
  constructor({ generator }: { generator: Generator }) {
    super();
    this.net = new Sequential(
      new Linear(INPUTS, 256, { generator }),
      new Tanh(),
      new Linear(256, 128, { generator }),
      new Tanh(),
      new Linear(128, 64, { generator }),
      new Tanh(),
      new Linear(64, 10, { generator }),
    );
  }

  forward(images: tf.Tensor): tf.Tensor {
    return this.net.forward(tf.reshape(images, [-1, INPUTS]));
  }
}

import * as tf from '@tensorflow/tfjs';
import { crossEntropy, Linear, ReLU, Sequential } from '@trainkit/nn';
import { Generator } from '@trainkit/random';
import { describeBackends, expectAllClose } from '@trainkit/testing';
import { expect, it } from 'vitest';
import { AdamW, adamw } from './index.js';

const OPTIONS = { learningRate: 0.1, weightDecay: 0.1 };
const STEPS = 3;

/** The same linear classifier in the three homes: a module, plain variables, a LayersModel. */
describeBackends('three steps of AdamW', () => {
  it('are the same for a module, in a plain loop, and in tf.LayersModel.fit', async () => {
    const x = tf.tensor2d(new Generator(1).normal(20, 0, 1), [5, 4]);
    const labels = tf.tensor1d([0, 2, 1, 1, 0], 'int32');
    const hot = tf.oneHot(labels, 3);

    const layer = new Linear(4, 3, { generator: new Generator(0) });
    const plain = layer.parameters().map((parameter) => tf.tidy(() => tf.variable(parameter.clone())));
    const model = tf.sequential({ layers: [tf.layers.dense({ units: 3, inputShape: [4] })] });
    model.setWeights(layer.parameters());

    const ofModule = new AdamW(layer.namedParameters(), OPTIONS);
    for (let step = 0; step < STEPS; step++) {
      ofModule.minimize(() => crossEntropy(layer.forward(x), labels));
    }

    const ofLoop = new AdamW(plain, OPTIONS);
    for (let step = 0; step < STEPS; step++) {
      const { value, grads } = tf.variableGrads(
        () => crossEntropy(tf.add(tf.matMul(x, plain[0]!), plain[1]!), labels),
        plain,
      );
      ofLoop.applyGradients(grads);
      tf.dispose([value, grads]);
    }

    const ofModel = adamw(OPTIONS);
    model.compile({
      optimizer: ofModel,
      loss: (yTrue, yPredicted) => crossEntropy(yPredicted, tf.argMax(yTrue, 1)),
    });
    await model.fit(x, hot, { epochs: STEPS, batchSize: 5, shuffle: false, verbose: 0 });

    for (const [i, parameter] of layer.parameters().entries()) {
      // The products of the three are different ops, which round differently; Adam's first steps
      // magnify that.
      expectAllClose(plain[i]!, parameter, { atol: 2e-6, rtol: 0 });
      expectAllClose(model.getWeights()[i]!, parameter, { atol: 2e-6, rtol: 0 });
    }
    expect(Object.keys(ofModule.stateDict().state)).toEqual(['weight', 'bias']);
    layer.dispose();
    model.dispose();
    for (const optimizer of [ofModule, ofLoop, ofModel]) optimizer.dispose();
    tf.dispose([x, labels, hot, plain]);
  });
});

describeBackends(
  'a run with AdamW',
  () => {
    /**
     * The weights after five steps; `elsewhere` tensors lie in between, so that what is made lies
     * at other addresses.
     */
    function run(elsewhere: number): (Float32Array | Int32Array | Uint8Array)[] {
      return tf.tidy(() => {
        const generator = new Generator(0);
        const model = new Sequential(
          new Linear(13, 21, { generator }),
          new ReLU(),
          new Linear(21, 5, { generator }),
        );
        const labels = tf.tensor1d([0, 2, 1, 4, 3, 3, 0], 'int32');
        const optimizer = new AdamW(model.namedParameters(), OPTIONS);
        for (let step = 0; step < 5; step++) {
          for (let i = 1; i <= elsewhere; i++) tf.ones([(7 * step + 3 * i) % 11]);
          const x = tf.tensor(generator.normal(7 * 13), [7, 13]);
          optimizer.minimize(() => crossEntropy(model.forward(x), labels));
        }
        const weights = model.parameters().map((parameter) => parameter.dataSync());
        optimizer.dispose();
        model.dispose();
        return weights;
      });
    }

    it('gives the same bits, wherever in memory its tensors lie', () => {
      const expected = run(0);
      for (const elsewhere of [0, 1, 2, 5]) expect(run(elsewhere)).toEqual(expected);
    });
  },
  { backends: ['wasm', 'cpu'] },
);

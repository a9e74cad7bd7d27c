import * as tf from '@tensorflow/tfjs';
import { Generator } from '@trainkit/random';
import { describeBackends, expectAllClose } from '@trainkit/testing';
import { expect, it } from 'vitest';
import { crossEntropy, Linear, linear } from './index.js';

/**
 * The same linear classifier in three APIs: as a module, as functions on plain variables, in a
 * LayersModel.
 */
describeBackends('one step of SGD', () => {
  it('is the same as a module, in a plain loop, and in tf.LayersModel.fit', async () => {
    const layer = new Linear(4, 3, { generator: new Generator(0) });
    const [weight, bias] = layer.parameters() as [tf.Variable, tf.Variable];
    const x = tf.tensor2d(new Generator(1).normal(20, 0, 1), [5, 4]);
    const labels = tf.tensor1d([0, 2, 1, 1, 0], 'int32');
    const hot = tf.oneHot(labels, 3);

    const model = tf.sequential({ layers: [tf.layers.dense({ units: 3, inputShape: [4] })] });
    model.setWeights([weight, bias]);
    const optimizer = tf.train.sgd(0.5);
    model.compile({
      optimizer,
      loss: (yTrue, yPredicted) => crossEntropy(yPredicted, tf.argMax(yTrue, 1)),
    });
    const { history } = await model.fit(x, hot, { epochs: 1, batchSize: 5, shuffle: false, verbose: 0 });

    const plain = [weight, bias].map((parameter) => tf.variable(parameter));
    const [plainWeight, plainBias] = plain as [tf.Variable, tf.Variable];
    const byHand = tf.variableGrads(() => crossEntropy(linear(x, plainWeight, plainBias), labels), plain);
    const byModule = tf.variableGrads(() => crossEntropy(layer.forward(x), labels), layer.parameters());

    expectAllClose(history['loss'] as number[], byHand.value);
    expectAllClose(byModule.value, byHand.value, { atol: 0, rtol: 0 });
    for (const [i, name] of ['weight', 'bias'].entries()) {
      tf.tidy(() => {
        const start = i === 0 ? weight : bias;
        const expected = tf.sub(start, tf.mul(0.5, byModule.grads[start.name]!));
        expectAllClose(model.getWeights()[i]!, expected);
        expect(byHand.grads[plain[i]!.name]!.dataSync(), name).toEqual(
          byModule.grads[start.name]!.dataSync(),
        );
      });
    }
    layer.dispose();
    model.dispose();
    optimizer.dispose();
    tf.dispose([x, labels, hot, plain, byHand, byModule]);
  });
});

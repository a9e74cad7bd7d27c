import * as tf from '@tensorflow/tfjs';
import { defaultGenerator, Generator, manualSeed } from '@trainkit/random';
import { describeBackends, expectAllClose } from '@trainkit/testing';
import { expect, it } from 'vitest';
import { dropoutMask } from './index.js';
import { type DropoutLayerOptions, dropout } from './layers.js';

/** The layer's output for 40 ones. */
function applied(layer: tf.layers.Layer, training?: boolean): number[] {
  return tf.tidy(() => {
    const y = layer.apply(tf.ones([2, 20]), training === undefined ? {} : { training });
    if (!(y instanceof tf.Tensor)) throw new Error('one tensor expected');
    expect(y.shape).toEqual([2, 20]);
    return Array.from(y.dataSync());
  });
}

function masked(generator: Generator, p = 0.5): number[] {
  return tf.tidy(() => Array.from(dropoutMask([2, 20], p, { generator }).dataSync()));
}

/** A regression model in which only the dropout draws random numbers. */
function regression(options: DropoutLayerOptions): tf.Sequential {
  const model = tf.sequential({
    layers: [
      dropout({ ...options, inputShape: [4] }),
      tf.layers.dense({ units: 1, kernelInitializer: 'ones', useBias: false }),
    ],
  });
  return model;
}

async function reloaded(model: tf.LayersModel): Promise<tf.LayersModel> {
  let artifacts: tf.io.ModelArtifacts = {};
  await model.save(
    tf.io.withSaveHandler(async (saved) => {
      artifacts = saved;
      return { modelArtifactsInfo: tf.io.getModelArtifactsInfoForJSON(saved) };
    }),
  );
  // As from a file: the topology passes through JSON.
  return tf.loadLayersModel(
    tf.io.fromMemory({ ...artifacts, modelTopology: JSON.parse(JSON.stringify(artifacts.modelTopology)) }),
  );
}

describeBackends('dropout for tfjs-layers', () => {
  it('draws a new mask in each call in training, PyTorch’s for the seed', () => {
    const layer = dropout({ p: 0.5, seed: 3 });
    const generator = new Generator(3);
    const first = masked(generator);
    const second = masked(generator);
    expect(first).not.toEqual(second);
    expect(applied(layer, true)).toEqual(first);
    expect(applied(layer, false), 'evaluation draws nothing').toEqual(first.map(() => 1));
    expect(applied(layer), 'evaluation is the default').toEqual(first.map(() => 1));
    expect(applied(layer, true)).toEqual(second);
  });

  it('accepts 0 as a seed, and by default uses the default generator and p = 0.5', () => {
    expect(applied(dropout({ seed: 0 }), true)).toEqual(masked(new Generator(0)));
    const state = defaultGenerator.stateDict();
    manualSeed(9);
    expect(applied(dropout(), true)).toEqual(masked(new Generator(9)));
    defaultGenerator.loadStateDict(state);
  });

  it('shares a generator with other layers', () => {
    const generator = new Generator(0);
    const [one, other] = [dropout({ generator }), dropout({ generator, p: 0.25 })];
    const expected = new Generator(0);
    expect(applied(one, true)).toEqual(masked(expected));
    expect(applied(other, true)).toEqual(masked(expected, 0.25));
    expect(applied(one, true)).toEqual(masked(expected));
  });

  it('trains in fit with one mask a batch, and not in predict and evaluate', async () => {
    const model = regression({ p: 0.5, seed: 1 });
    const start = tf.ones([4, 1]);
    const [x, y] = [tf.ones([6, 4]), tf.zeros([6, 1])];
    const optimizer = tf.train.sgd(0.1);
    model.compile({ optimizer, loss: 'meanSquaredError' });

    const predicted = model.predict(x) as tf.Tensor;
    expect(Array.from(predicted.dataSync())).toEqual([4, 4, 4, 4, 4, 4]);
    const evaluated = model.evaluate(x, y) as tf.Scalar;
    expect(evaluated.dataSync()[0]).toBe(16);
    const { history } = await model.fit(x, y, { batchSize: 3, epochs: 2, shuffle: false, verbose: 0 });
    const again = model.predict(x) as tf.Tensor;
    const [weight] = model.getWeights() as [tf.Tensor];

    // The same by hand: two epochs of two batches, with one mask each.
    const generator = new Generator(1);
    const kernel = tf.variable(start);
    const losses = [0, 1, 2, 3].map(() =>
      tf.tidy(() => {
        const masked = tf.mul(tf.ones([3, 4]), dropoutMask([3, 4], 0.5, { generator }));
        const { value, grads } = tf.variableGrads(
          () => tf.mean(tf.square(tf.matMul(masked, kernel as tf.Tensor2D))) as tf.Scalar,
          [kernel],
        );
        kernel.assign(tf.sub(kernel, tf.mul(0.1, grads[kernel.name]!)));
        return value.dataSync()[0]!;
      }),
    );
    expectAllClose(weight, kernel);
    expectAllClose(history['loss'] as number[], [
      (losses[0]! + losses[1]!) / 2,
      (losses[2]! + losses[3]!) / 2,
    ]);
    tf.tidy(() => expectAllClose(again, tf.matMul(x as tf.Tensor2D, kernel as tf.Tensor2D)));
    model.dispose();
    optimizer.dispose();
    tf.dispose([start, x, y, predicted, evaluated, again, kernel]);
  });

  it.each([0, 7, -3, 2n ** 63n - 1n])('is saved with its seed, %s, and starts from it', async (seed) => {
    const model = regression({ p: 0.15, seed });
    tf.tidy(() => void model.layers[0]!.apply(tf.ones([1, 4]), { training: true }));
    const loaded = await reloaded(model);
    const layer = loaded.layers[0]!;
    expect(layer.getClassName()).toBe('TrainkitDropout');
    expect(layer.getConfig()).toEqual(model.layers[0]!.getConfig());
    tf.tidy(() => {
      const y = layer.apply(tf.ones([10, 4]), { training: true }) as tf.Tensor;
      const mask = dropoutMask([10, 4], 0.15, { generator: new Generator(seed) });
      expect(y.dataSync()).toEqual(mask.dataSync());
    });
    model.dispose();
    loaded.dispose();
  });

  it('is saved without a generator, and without a seed if it has none', async () => {
    const model = regression({ p: 1, generator: new Generator(0), name: 'drop' });
    const { p, seed, generator, name } = model.layers[0]!.getConfig();
    expect({ p, seed, generator, name }).toEqual({
      p: 1,
      seed: undefined,
      generator: undefined,
      name: 'drop',
    });
    const loaded = await reloaded(model);
    expect(loaded.layers[0]!.getConfig()).toEqual(model.layers[0]!.getConfig());
    model.dispose();
    loaded.dispose();
  });

  it('leaves masks of a sequence to the layers above', () => {
    const model = tf.sequential({
      layers: [
        tf.layers.embedding({ inputDim: 3, outputDim: 2, maskZero: true, inputLength: 4 }),
        dropout({ p: 0.5 }),
        tf.layers.simpleRNN({ units: 1 }),
      ],
    });
    expect(model.layers[1]!.supportsMasking).toBe(true);
    tf.tidy(() => {
      const y = model.predict(tf.tensor2d([[1, 2, 0, 0]])) as tf.Tensor;
      expect(y.shape).toEqual([1, 1]);
    });
    model.dispose();
  });

  it('names the fault', () => {
    expect(() => dropout({ p: 1.5 })).toThrow('dropout: p is 1.5; expected a probability from 0 to 1.');
    expect(() => dropout({ seed: 1, generator: new Generator(1) })).toThrow(
      'dropout: give a seed or a generator, not both; new Generator(seed) is a generator with a seed.',
    );
    expect(() => dropout({ seed: 0.5 })).toThrow('Generator: seed is 0.5; expected a whole number');
    expect(() => Reflect.apply(dropout, undefined, [{ generator: 5 }])).toThrow(
      'dropout: generator is 5; expected a Generator of @trainkit/random.',
    );
    tf.tidy(() => {
      const x = tf.ones([2]);
      expect(() => dropout().apply([x, x])).toThrow(
        /^dropout: the input is \[.*\]; expected one tensor\. Join several first/,
      );
      expect(() => dropout().apply(tf.ones([2], 'int32'))).toThrow(
        'dropout: x is an int32 tensor of shape [2]; expected float32.',
      );
    });
  });
});

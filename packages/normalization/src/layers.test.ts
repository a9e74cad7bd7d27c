import * as tf from '@tensorflow/tfjs';
import { describeBackends, expectAllClose } from '@trainkit/testing';
import { describe, expect, it } from 'vitest';
import { BatchNorm, LayerNorm } from './index.js';
import { type BatchNormLayerOptions, batchNorm, layerNorm } from './layers.js';

const inputShape = [3];
/** Six examples whose channels differ in mean and variance. */
const examples = () =>
  tf.tensor2d(
    Array.from({ length: 18 }, (_, i) => Math.sin(i * 1.7) * (1 + (i % 3)) + (i % 3)),
    [6, 3],
  );

function compiled(...layers: tf.layers.Layer[]): tf.Sequential {
  const model = tf.sequential({ layers });
  model.compile({ optimizer: tf.train.sgd(0.1), loss: 'meanSquaredError' });
  return model;
}

async function train(model: tf.LayersModel, x: tf.Tensor, epochs = 3): Promise<void> {
  const target = tf.onesLike(x);
  try {
    await model.fit(x, target, { epochs, batchSize: x.shape[0]!, shuffle: false, verbose: 0 });
  } finally {
    target.dispose();
  }
}

function predicted(model: tf.LayersModel, x: tf.Tensor): number[] {
  return tf.tidy(() => {
    const y = model.predict(x);
    if (Array.isArray(y)) throw new Error('one output');
    return Array.from(y.dataSync());
  });
}

/** Frees a model and its optimizer. */
function free(model: tf.LayersModel): void {
  model.optimizer?.dispose();
  model.dispose();
}

/** Every layer, with options that are not the defaults. */
const members: [title: string, make: () => tf.layers.Layer, weights: string[]][] = [
  ['batchNorm', () => batchNorm({ inputShape }), ['weight', 'bias', 'running_mean', 'running_var']],
  [
    'batchNorm without weight and bias',
    () => batchNorm({ inputShape, affine: false, eps: 0.1 }),
    ['running_mean', 'running_var'],
  ],
  [
    'batchNorm without scale, averaging',
    () => batchNorm({ inputShape, scale: false, momentum: null }),
    ['bias', 'running_mean', 'running_var'],
  ],
  [
    'batchNorm without center',
    () => batchNorm({ inputShape, center: false, momentum: 0.5 }),
    ['weight', 'running_mean', 'running_var'],
  ],
  ['layerNorm', () => layerNorm({ inputShape, eps: 0.01 }), ['weight', 'bias']],
  ['layerNorm without a bias', () => layerNorm({ inputShape, bias: false }), ['weight']],
  ['layerNorm without scale', () => layerNorm({ inputShape, scale: false }), ['bias']],
  ['layerNorm over a shape', () => layerNorm({ inputShape, normalizedShape: [3] }), ['weight', 'bias']],
];

describeBackends('layers', () => {
  describe.each(members)('%s', (_title, make, weights) => {
    it('trains, and is saved and loaded with its model', async () => {
      // If the layer itself learns nothing, the layer after it does.
      const model = compiled(make(), tf.layers.dense({ units: 3 }));
      const x = examples();
      const before = predicted(model, x);
      await train(model, x);
      const after = predicted(model, x);
      expect(after).not.toEqual(before);
      const names = model.layers[0]!.weights.map(({ originalName }) => originalName.split('/').at(-1));
      expect(names.filter((name) => name !== 'num_batches_tracked')).toEqual(weights);

      let artifacts: tf.io.ModelArtifacts = {};
      await model.save(
        tf.io.withSaveHandler(async (saved) => {
          artifacts = saved;
          return { modelArtifactsInfo: tf.io.getModelArtifactsInfoForJSON(saved) };
        }),
      );
      const loaded = await tf.loadLayersModel(tf.io.fromMemory(artifacts));
      expect(predicted(loaded, x)).toEqual(after);
      expect(loaded.layers[0]!.getConfig()).toEqual(model.layers[0]!.getConfig());
      free(model);
      free(loaded);
      x.dispose();
    });

    it('goes through the model’s JSON with its options', async () => {
      const model = tf.sequential({ layers: [make()] });
      const json: string = JSON.stringify(model.toJSON(undefined, false));
      expect(json).toMatch(/"class_name":"Trainkit(Batch|Layer)Norm"/);
      const again = await tf.models.modelFromJSON(JSON.parse(json));
      expect(again.layers[0]!.getConfig()).toEqual(model.layers[0]!.getConfig());
      free(model);
      free(again);
    });
  });

  it('batchNorm trains as the module does: parameters, statistics and their number', async () => {
    const x = examples();
    const model = compiled(batchNorm({ inputShape, momentum: null }));
    await train(model, x, 4);
    const layer = new BatchNorm(3, { momentum: null });
    for (let step = 0; step < 4; step++) {
      tf.tidy(() => {
        const { grads } = tf.variableGrads(
          () => tf.mean(tf.square(tf.sub(layer.forward(x), 1))),
          layer.parameters(),
        );
        for (const parameter of layer.parameters()) {
          parameter.assign(tf.sub(parameter, tf.mul(0.1, grads[parameter.name]!)));
        }
      });
    }
    const expected = Object.values(layer.stateDict());
    for (const [i, weight] of model.getWeights().entries()) expectAllClose(weight, expected[i]!);
    expect(model.getWeights()[4]!.dataSync()[0]).toBe(4);
    tf.tidy(() => {
      expectAllClose(predicted(model, x), layer.eval().forward(x));
    });
    const statistics = model.getWeights().map((weight) => Array.from(weight.dataSync()));
    tf.dispose(model.evaluate(x, x, { verbose: 0 }));
    expect(
      model.getWeights().map((weight) => Array.from(weight.dataSync())),
      'evaluation updates nothing',
    ).toEqual(statistics);
    free(model);
    layer.dispose();
    x.dispose();
  });

  it('layerNorm equals the module, over images too', () => {
    tf.tidy(() => {
      const x = tf.reshape(tf.cos(tf.range(0, 36)), [2, 3, 3, 2]);
      const model = tf.sequential({
        layers: [layerNorm({ inputShape: [3, 3, 2], normalizedShape: [3, 2] })],
      });
      const layer = new LayerNorm([3, 2]);
      expectAllClose(predicted(model, x), layer.forward(x), { atol: 0, rtol: 0 });
      layer.dispose();
      model.dispose();
    });
  });
});

// The behaviour of TensorFlow.js 4.22, so that a change of it is noticed, and what this package
// does instead.
describeBackends('the traps of tf.layers.batchNormalization', () => {
  it.each([{ scale: false }, { center: false }])(
    'fails in training with %o; ours trains',
    async (options) => {
      const x = examples();
      const before = tf.memory().numTensors;
      const stock = compiled(tf.layers.batchNormalization({ inputShape, ...options }));
      // The scope frees the tensors that the stock layer's failed step leaves behind.
      tf.engine().startScope();
      await expect(train(stock, x)).rejects.toThrow("reading 'read'");
      tf.engine().endScope();
      // The failed step of the stock layer leaves these tensors behind.
      free(stock);
      tf.engine().disposeVariables();
      expect(tf.memory().numTensors).toBeGreaterThanOrEqual(before);
      x.dispose();
      const left = tf.memory().numTensors;

      const y = examples();
      const ours = compiled(batchNorm({ inputShape, ...options }));
      await train(ours, y);
      expect(predicted(ours, y).every(Number.isFinite)).toBe(true);
      free(ours);
      y.dispose();
      expect(tf.memory().numTensors).toBe(left);
    },
  );

  it('its running variance is biased; ours is not', async () => {
    const x = examples();
    const stock = compiled(tf.layers.batchNormalization({ inputShape, momentum: 0 }));
    const ours = compiled(batchNorm({ inputShape, momentum: 1 }));
    await train(stock, x, 1);
    await train(ours, x, 1);
    tf.tidy(() => {
      const biased = tf.moments(x, 0).variance;
      expectAllClose(stock.getWeights()[3]!, biased, { rtol: 1e-5 });
      expectAllClose(ours.getWeights()[3]!, tf.mul(biased, 6 / 5), { rtol: 1e-5 });
    });
    free(stock);
    free(ours);
    x.dispose();
  });
});

describe('errors of layers', () => {
  it.each<[BatchNormLayerOptions, string]>([
    [
      { inputShape: [null] },
      'batchNorm: the shape of the input is [null, null]; expected two dimensions or more, the last of a known size. Write inputShape: [784] for a matrix, [28, 28, 1] for images.',
    ],
    [
      { inputShape, eps: 0 },
      'batchNorm: eps is 0; expected a finite number above 0. Write for example { eps: 1e-5 }.',
    ],
    [
      { inputShape, momentum: 1.5 },
      'batchNorm: momentum is 1.5; expected a finite number from 0 to 1, or null for the average of all batches.',
    ],
  ])('come when the layer is made or built: %o', (options, message) => {
    expect(() => tf.sequential({ layers: [batchNorm(options)] })).toThrow(message);
  });

  it.each([
    [[4, 3], [4], '[null, 4, 3]'],
    [[3], [2, 3], '[null, 3]'],
    [[null, 3], [2], '[null, null, 3]'],
  ])('refuses the input %o for the normalized shape %o when it is built', (shape, normalizedShape, shown) => {
    expect(() => tf.sequential({ layers: [layerNorm({ inputShape: shape, normalizedShape })] })).toThrow(
      `layerNorm: the shape of the input is ${shown}; expected the last dimensions [${normalizedShape.join(', ')}], ` +
        'which is normalizedShape.',
    );
  });

  it('accepts sizes that are known only with the data', () => {
    tf.tidy(() => {
      const layer = layerNorm({ inputShape: [null, 3], normalizedShape: [2, 3] });
      const model = tf.sequential({ layers: [layer] });
      const x = tf.ones([4, 2, 3]);
      expect(predicted(model, x)).toEqual(new Array(24).fill(0));
      model.dispose();
    });
  });

  it('refuses two inputs', () => {
    const [x, y] = [tf.zeros([2, 3]), tf.zeros([2, 3])];
    expect(() => layerNorm().apply([x, y])).toThrow(
      /^layerNorm: the input is \[a .* tensor of shape \[2, 3\], a .*\]; expected one tensor\.$/,
    );
    tf.dispose([x, y]);
  });
});

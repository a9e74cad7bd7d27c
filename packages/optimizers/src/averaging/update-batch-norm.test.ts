import * as tf from '@tensorflow/tfjs';
import { Linear, Sequential } from '@trainkit/nn';
import { BatchNorm } from '@trainkit/normalization';
import { describeBackends, expectAllClose } from '@trainkit/testing';
import { afterEach, expect, it } from 'vitest';
import goldens from '../../goldens/averaging.json' with { type: 'json' };
import { updateBatchNorm } from '../index.js';

const batches = () => goldens.batches.map((batch) => tf.tensor2d(batch));
const statistics = (layer: BatchNorm) =>
  [layer.runningMean, layer.runningVar, layer.numBatchesTracked].map((each) => [...each.dataSync()]);

describeBackends('updateBatchNorm', () => {
  const layers: { dispose(): void }[] = [];
  const made = () => {
    const layer = new BatchNorm(3, { momentum: 0.3 });
    layers.push(layer);
    tf.tidy(() => {
      layer.runningMean.assign(tf.tensor1d([1, 2, 3]));
      layer.numBatchesTracked.assign(tf.scalar(9, 'int32'));
    });
    return layer;
  };
  afterEach(() => {
    for (const layer of layers.splice(0)) layer.dispose();
    expect(tf.memory().numTensors).toBe(0);
  });

  it.each([
    ['an array, whose tensors stay', () => batches(), false],
    ['an iterable', () => new Set(batches()), true],
    ['asynchronous pairs', () => pairs(), true],
  ] as const)('has the statistics of PyTorch’s update_bn for %s', async (_, given, isDisposed) => {
    const layer = made();
    const model = new Sequential(layer).eval();
    layer.training = true;
    const data = given();
    await updateBatchNorm<unknown>(model, data);
    if (!isDisposed) tf.dispose(data as tf.Tensor[]);
    const [mean, variance, count] = statistics(layer);
    // The sums of a batch are in another order.
    expectAllClose(mean!, goldens.statistics.running_mean, { atol: 1e-6, rtol: 1e-6 });
    expectAllClose(variance!, goldens.statistics.running_var, { atol: 1e-5, rtol: 1e-5 });
    expect(count).toEqual(goldens.statistics.num_batches_tracked);
    expect([model.training, layer.training, layer.momentum]).toEqual([false, true, 0.3]);
  });

  async function* pairs() {
    for (const batch of batches()) yield [batch, tf.zeros([1])];
  }

  it('restores statistics, modes and momenta where a batch fails, or there is none', async () => {
    const layer = made().eval();
    const before = statistics(layer);
    const data = [tf.ones([2, 3]), tf.ones([2, 4])];
    await expect(updateBatchNorm(layer, data)).rejects.toThrow('BatchNorm: x is');
    await expect(updateBatchNorm(layer, [])).rejects.toThrow(
      'updateBatchNorm: batches had none; expected at least one.',
    );
    expect([statistics(layer), layer.training, layer.momentum]).toEqual([before, false, 0.3]);
    tf.dispose(data);
  });

  it('leaves a model without such layers alone', async () => {
    const model = new Linear(2, 1);
    layers.push(model);
    let taken = 0;
    const data = (function* () {
      taken++;
      yield tf.ones([1, 2]);
    })();
    await updateBatchNorm(model, data);
    expect(taken).toBe(0);
  });

  it('refuses other models, batches and inputs', async () => {
    const layer = made();
    const x = tf.ones([2, 3]);
    await expect(updateBatchNorm({ predict: () => x } as never, [x])).rejects.toThrow(
      'expected a Module. The layers of tf.layers keep their statistics to themselves.',
    );
    await expect(updateBatchNorm(layer, x as never)).rejects.toThrow(
      'expected an array or iterable of batches. Write [batch].',
    );
    await expect(updateBatchNorm(layer, [{ pixels: x }])).rejects.toThrow(
      'expected a tensor, or one under inputs, images, xs, x. Give the option inputs: (batch) => ….',
    );
    await updateBatchNorm(layer, [{ pixels: x }], { inputs: ({ pixels }) => pixels });
    expect(statistics(layer)[2]).toEqual([1]);
    x.dispose();
  });
});

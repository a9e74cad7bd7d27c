import { fileURLToPath } from 'node:url';
import * as tf from '@tensorflow/tfjs-core';
import {
  Linear,
  loadPyTorchStateDict,
  pytorchStateDict,
  ReLU,
  Sequential,
  Sigmoid,
  Tanh,
} from '@trainkit/nn';
import { Generator } from '@trainkit/random';
import { decodeSafetensors, encodeSafetensors } from '@trainkit/safetensors';
import { describeBackends, expectAllClose, expectNoLeak } from '@trainkit/testing';
import { describePython } from '@trainkit/testing/python';
import { expect, it } from 'vitest';
import golden from '../goldens/networks.json' with { type: 'json' };
import { BatchNorm, LayerNorm } from './index.js';

/** The networks of goldens/networks.py. */
const NETWORKS: Readonly<Record<string, (generator: Generator) => Sequential>> = {
  square: (generator) => new Sequential(linear(4, 4, generator), new Tanh(), linear(4, 4, generator)),
  LayerNorm: (generator) =>
    new Sequential(
      linear(4, 6, generator),
      new LayerNorm(6),
      new ReLU(),
      linear(6, 5, generator),
      new LayerNorm(5, { bias: false }),
      new Tanh(),
      linear(5, 3, generator),
    ),
  BatchNorm: (generator) =>
    new Sequential(
      linear(4, 6, generator),
      new BatchNorm(6),
      new Tanh(),
      linear(6, 5, generator),
      new BatchNorm(5, { affine: false }),
      new Sigmoid(),
      linear(5, 3, generator),
    ),
  'both, without biases': (generator) =>
    new Sequential(
      linear(4, 6, generator, false),
      new BatchNorm(6),
      new LayerNorm(6, { elementwiseAffine: false }),
      new Tanh(),
      linear(6, 2, generator, false),
    ),
};

function linear(inFeatures: number, outFeatures: number, generator: Generator, bias = true): Linear {
  return new Linear(inFeatures, outFeatures, { generator, bias });
}

function network(title: string, seed: number): Sequential {
  const make = NETWORKS[title];
  if (make === undefined) throw new Error(`No network ${title}`);
  return make(new Generator(seed));
}

const fileOf = (net: Sequential) => Buffer.from(encodeSafetensors(pytorchStateDict(net))).toString('base64');

describeBackends('a file that PyTorch wrote', () => {
  it.each(golden.cases)('gives PyTorch’s predictions: $title', ({ title, file, x, output }) => {
    const net = network(title, 0);
    const { tensors } = decodeSafetensors(Buffer.from(file, 'base64'));
    expect(loadPyTorchStateDict(net, tensors)).toEqual({ missing: [], unexpected: [] });
    tf.tidy(() => {
      expectAllClose(net.eval().forward(tf.tensor(x)), output, { atol: 1e-5, rtol: 0 });
    });
    net.dispose();
  });

  it.each(golden.cases)('is written again to the same bytes: $title', ({ title, file }) => {
    const net = network(title, 0);
    loadPyTorchStateDict(net, decodeSafetensors(Buffer.from(file, 'base64')).tensors);
    expect(fileOf(net)).toBe(file);
    net.dispose();
  });

  it('has its counters as int32 here', () => {
    const { file } = golden.cases.find(({ title }) => title === 'BatchNorm')!;
    const net = network('BatchNorm', 0);
    loadPyTorchStateDict(net, decodeSafetensors(Buffer.from(file, 'base64')).tensors);
    const count = net.stateDict()['1.num_batches_tracked'];
    expect([count?.dtype, count?.dataSync()[0]]).toEqual(['int32', 5]);
    net.dispose();
  });
});

// Not in continuous integration, which uses recorded files of PyTorch.
describePython(
  'PyTorch itself',
  ['torch', 'safetensors', 'numpy'],
  (python) => {
    it('strictly loads a network that was trained here, and predicts the same', async () => {
      await expectNoLeak(() => {
        const x = tf.tensor2d(new Generator(1).normal(20), [5, 4]);
        const outputs = new Map<string, tf.Tensor>();
        const states: Record<string, { file: string; x: unknown }> = {};
        for (const [i, title] of Object.keys(NETWORKS).entries()) {
          const net = network(title, i);
          const optimizer = tf.train.sgd(0.5);
          for (let step = 0; step < 5; step++) {
            optimizer.minimize(
              () => tf.mean(tf.square(net.forward(x))) as tf.Scalar,
              false,
              net.parameters(),
            );
          }
          outputs.set(title, net.eval().forward(x));
          states[title] = { file: fileOf(net), x: x.arraySync() };
          net.dispose();
          optimizer.dispose();
        }
        const script = fileURLToPath(new URL('../goldens/networks.py', import.meta.url));
        const there: Record<string, { file: string; output: number[][] }> = JSON.parse(
          python(script, { input: JSON.stringify(states) }),
        );
        expect(Object.keys(there)).toEqual([...outputs.keys()]);
        for (const [title, output] of outputs) {
          expect(there[title]?.file, title).toBe(states[title]?.file);
          expectAllClose(output, there[title]!.output, { atol: 1e-5, rtol: 0 });
          output.dispose();
        }
        x.dispose();
      });
    });
  },
  { required: false },
);

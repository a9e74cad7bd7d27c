import * as tf from '@tensorflow/tfjs-core';
import { Generator } from '@trainkit/random';
import { describeBackends } from '@trainkit/testing';
import { expect, it } from 'vitest';
import type { ExperimentOptions } from '../config/schema.js';
import { testConfig } from '../testing/run-config.js';
import { createNetwork } from './network.js';

/** Returns the classes of a network's layers, and its parameters. */
function look(options: Partial<ExperimentOptions>): { layers: string[]; parameters: string[] } {
  const model = createNetwork(testConfig({ hiddenSizes: [4, 3], ...options }), {
    generator: new Generator(0),
  });
  const layers = model.modules().map((module) => module.constructor.name);
  const parameters = model.namedParameters().map(([path, { shape }]) => `${path} ${shape.join('x')}`);
  model.dispose();
  return { layers, parameters };
}

describeBackends(
  'createNetwork',
  () => {
    it.each<[string, Partial<ExperimentOptions>, string[]]>([
      ['the exercise’s order', { dropout: 0.1 }, ['Linear', 'LayerNorm', 'ReLU', 'Dropout']],
      [
        'normalization after the activation',
        { normalization: 'batchnorm', normalizationPlace: 'after-activation', activation: 'tanh' },
        ['Linear', 'Tanh', 'BatchNorm'],
      ],
      ['neither', { normalization: 'none', activation: 'sigmoid' }, ['Linear', 'Sigmoid']],
    ])('has %s', (_what, options, block) => {
      expect(look(options).layers).toEqual(['Sequential', 'Flatten', ...block, ...block, 'Linear']);
    });

    it('has paths as PyTorch’s, those of SimpleNet below net', () => {
      expect(look({ normalization: 'none' }).parameters).toEqual([
        '1.weight 784x4',
        '1.bias 4',
        '3.weight 4x3',
        '3.bias 3',
        '5.weight 3x10',
        '5.bias 10',
      ]);
      expect(look({ normalization: 'none', network: 'simple-net' }).parameters[0]).toBe('net.0.weight 784x4');
      expect(look({ hiddenSizes: [], outputSize: 12 }).parameters).toEqual(['1.weight 784x12', '1.bias 12']);
    });

    it('has the exercise’s 1,195,018 parameters without LayerNorm', () => {
      const model = createNetwork(testConfig({ hiddenSizes: [512, 512, 512, 512], normalization: 'none' }), {
        generator: new Generator(0),
      });
      expect(model.parameters().reduce((sum, { size }) => sum + size, 0)).toBe(1_195_018);
      model.dispose();
    });

    it('returns logits for images of any layout', () => {
      for (const network of ['mlp', 'simple-net'] as const) {
        const model = createNetwork(testConfig({ hiddenSizes: [4], network }), {
          generator: new Generator(0),
        });
        const logits = tf.tidy(() => model.forward(tf.ones([3, 28, 28, 1])));
        expect(logits.shape).toEqual([3, 10]);
        logits.dispose();
        model.dispose();
      }
    });
  },
  { backends: ['cpu'] },
);

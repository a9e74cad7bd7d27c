import * as tf from '@tensorflow/tfjs-core';
import { DataLoader } from '@trainkit/data';
import type { FashionMnistDataset } from '@trainkit/fashion-mnist';
import { Tanh } from '@trainkit/nn';
import { Generator } from '@trainkit/random';
import type { RunConfig } from '../config/schema.js';
import { type ActivationStatistics, BINS } from './activation-statistics.js';
import { createNetwork } from './network.js';

/**
 * Measures the outputs of each tanh of the untrained network for the first train batch; returns an
 * empty list without tanh.
 *
 * Draws from a generator of its own with the same seed. It therefore measures the initial weights
 * and images of the run with this seed, and does not change the run's random numbers.
 */
export function analyzeActivations(config: RunConfig, train: FashionMnistDataset): ActivationStatistics[] {
  if (config.activation !== 'tanh') return [];
  const generator = new Generator(BigInt(config.seed));
  const model = createNetwork(config, { generator });
  const statistics: ActivationStatistics[] = [];
  try {
    for (const [path, module] of model.namedModules()) {
      if (!(module instanceof Tanh)) continue;
      module.registerForwardHook((_module, _input, output) => {
        statistics.push(describe(path, output));
      });
    }
    model.eval();
    for (const batch of new DataLoader(train, { batchSize: config.batchSize, shuffle: true, generator })) {
      tf.dispose(tf.tidy(() => model.forward(batch.images)));
      tf.dispose(batch);
      break;
    }
  } finally {
    model.dispose();
  }
  return statistics;
}

function describe(layer: string, output: tf.Tensor): ActivationStatistics {
  const values = output.dataSync();
  const counts = new Array<number>(BINS).fill(0);
  let sum = 0;
  let squares = 0;
  let saturated = 0;
  for (const value of values) {
    sum += value;
    squares += value * value;
    if (Math.abs(value) > 0.99) saturated++;
    // The last bin includes its right edge, so that an output of exactly 1 is counted.
    const bin = Math.min(BINS - 1, Math.floor(((value + 1) / 2) * BINS));
    counts[bin] = (counts[bin] ?? 0) + 1;
  }
  const mean = sum / values.length;
  const std = Math.sqrt(Math.max(0, squares / values.length - mean * mean));
  return { layer, units: output.shape.at(-1) ?? 1, mean, std, saturated: saturated / values.length, counts };
}

import { describeBackends } from '@trainkit/testing';
import { expect, it } from 'vitest';
import { loadData } from '../data/load.js';
import { configOf } from '../runs/definition.js';
import { findRun } from '../sections/index.js';
import { BINS } from './activation-statistics.js';
import { analyzeActivations } from './activations.js';

const { train, identity } = await loadData('sample');
const statistics = (run: string, seed = 0n) =>
  analyzeActivations(
    configOf(findRun(run), { seed, steps: undefined, backend: 'cpu', data: identity }),
    train,
  );

describeBackends('analyzeActivations', () => {
  it('counts every output of the three tanh layers', () => {
    const layers = statistics('init/xavier');
    expect(layers.map(({ layer, units }) => [layer, units])).toEqual([
      ['net.1', 256],
      ['net.3', 128],
      ['net.5', 64],
    ]);
    for (const { counts, units } of layers) {
      expect(counts).toHaveLength(BINS);
      expect(counts.reduce((sum, count) => sum + count, 0)).toBe(128 * units);
    }
  });

  it('measures the effect of each initialization: spread kept, shrunk, saturated, zero', () => {
    // The reference figures are means over PyTorch's seeds: 0.63, 0.53, 0.47 and so on.
    const std = (run: string) => statistics(run).map((layer) => layer.std);
    expect(std('init/xavier')[2]).toBeGreaterThan(0.4);
    expect(std('init/xavier-x0.1')[2]).toBeLessThan(0.003);
    expect(std('init/zero')).toEqual([0, 0, 0]);
    for (const layer of statistics('init/xavier-x10')) expect(layer.saturated).toBeGreaterThan(0.7);
    for (const layer of statistics('init/unit-gaussian')) expect(layer.saturated).toBeGreaterThan(0.7);
  });

  it('measures the initialization of that seed', () => {
    expect(statistics('init/xavier', 1n)).toEqual(statistics('init/xavier', 1n));
    expect(statistics('init/xavier', 1n)).not.toEqual(statistics('init/xavier', 2n));
  });
});

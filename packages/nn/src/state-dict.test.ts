import '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs-core';
import { expectAllClose } from '@trainkit/testing';
import { describe, expect, it } from 'vitest';
import { Linear, Module, Sequential } from './index.js';

/** Runs a body with a module and disposes the module. */
function using<M extends Module>(module: M, body: (module: M) => void): void {
  try {
    body(module);
  } finally {
    module.dispose();
  }
}

class Net extends Module {
  readonly hiddenLayer = new Linear(2, 2);
  readonly output = new Sequential(new Linear(2, 2, { bias: false }));
  readonly runningMean = this.buffer(tf.zeros([2]));

  override forward(x: tf.Tensor): tf.Tensor {
    return this.output.forward(this.hiddenLayer.forward(x));
  }
}

describe('loadStateDict', () => {
  const tensors = (net: Module): Record<string, tf.Tensor> =>
    Object.fromEntries(Object.entries(net.stateDict()).map(([path, value]) => [path, tf.clone(value)]));

  it('copies: neither side changes with the other', () => {
    using(new Linear(2, 2), (from) => {
      using(new Linear(2, 2), (to) => {
        tf.tidy(() => {
          expect(to.loadStateDict(from.stateDict())).toEqual({ missing: [], unexpected: [] });
          const values = Array.from(from.weight.dataSync());
          expect(Array.from(to.weight.dataSync())).toEqual(values);
          from.weight.dataSync()[0] = 99;
          expect(Array.from(to.weight.dataSync())).toEqual(values);
        });
      });
    });
  });

  it('names everything that is wrong at once, and loads nothing', () => {
    using(new Net(), (net) => {
      tf.tidy(() => {
        const before = Array.from(net.stateDict()['output.0.weight']!.dataSync());
        const { 'hidden_layer.bias': _, ...state } = tensors(net);
        const wrong = {
          ...state,
          extra: tf.ones([1]),
          'output.0.weight': tf.ones([2, 2]),
          'hidden_layer.weight': tf.ones([2, 3]),
          running_mean: tf.ones([2], 'int32'),
        };
        expect(() => net.loadStateDict(wrong)).toThrow(
          [
            'loadStateDict: the state does not fit this Net; nothing was loaded.',
            '  missing: hidden_layer.bias',
            '  unexpected: extra',
            "  misshapen: running_mean is int32 [2], the model's is float32 [2]",
            "  misshapen: hidden_layer.weight is float32 [2, 3], the model's is float32 [2, 2]",
          ].join('\n'),
        );
        expect(() => net.loadStateDict(wrong, { strict: false })).toThrow(
          /^loadStateDict.*\n {2}misshapen.*\n {2}misshapen.*$/,
        );
        expect(Array.from(net.stateDict()['output.0.weight']!.dataSync())).toEqual(before);
      });
    });
  });

  it('loads nothing where a tensor cannot be read, or is none', () => {
    using(new Linear(2, 2), (layer) => {
      const start = Array.from(layer.weight.dataSync());
      const [weight, bias] = [tf.ones([2, 2]), tf.ones([2])];
      bias.dispose();
      expect(() => layer.loadStateDict({ weight, bias })).toThrow('disposed');
      const list: unknown = [1, 2];
      expect(() => layer.loadStateDict({ weight, bias: list as tf.Tensor })).toThrow(
        'not a tensor: bias; write tf.tensor(…)',
      );
      expect(Array.from(layer.weight.dataSync())).toEqual(start);
      weight.dispose();
    });
  });

  it('takes an undefined entry for a missing one, and refuses what is no state', () => {
    using(new Linear(2, 2, { bias: false }), (layer) => {
      const file: Record<string, tf.Tensor> = {};
      const state = { weight: file['wieght'] } as Record<string, tf.Tensor>;
      expect(() => layer.loadStateDict(state)).toThrow('missing: weight');
      const nothing: unknown = null;
      expect(() => layer.loadStateDict(nothing as typeof state)).toThrow(
        'loadStateDict: state is null; expected an object of tensors by path.',
      );
      const map: unknown = new Map([['weight', layer.weight]]);
      expect(() => layer.loadStateDict(map as typeof state, { strict: false })).toThrow(
        /is \[object Map\]; expected .* by path\. Write Object\.fromEntries\(map\)\.$/,
      );
    });
  });

  it('loads what matches where it is not strict', () => {
    using(new Linear(2, 2), (layer) => {
      tf.tidy(() => {
        const weight = tf.tensor2d([
          [1, 2],
          [3, 4],
        ]);
        expect(() => layer.loadStateDict({ weight, extra: weight })).toThrow(
          'Pass { strict: false } to load what matches and leave the rest.',
        );
        const report = layer.loadStateDict({ weight, extra: weight }, { strict: false });
        expect(report).toEqual({ missing: ['bias'], unexpected: ['extra'] });
        expectAllClose(layer.weight, weight);
      });
    });
  });
});

import '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs-core';
import { expectAllClose } from '@trainkit/testing';
import { describe, expect, it } from 'vitest';
import { Linear, loadPyTorchStateDict, Module, Sequential, Tanh } from './index.js';

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

  it('needs a tied variable under one of its paths, and names both where it has neither', () => {
    class Tied extends Module {
      readonly encode = new Linear(2, 2, { bias: false });
      readonly decode = this.encode;
      override forward(x: tf.Tensor): tf.Tensor {
        return this.decode.forward(this.encode.forward(x));
      }
    }
    using(new Tied(), (net) => {
      tf.tidy(() => {
        const weight = tf.ones([2, 2]);
        for (const path of ['encode.weight', 'decode.weight']) {
          expect(net.loadStateDict({ [path]: weight })).toEqual({ missing: [], unexpected: [] });
          expectAllClose(net.encode.weight, weight);
        }
        expect(() => net.loadStateDict({})).toThrow('missing: encode.weight, decode.weight');
      });
    });
  });

  it('renames entries, and leaves out those whose name is null', () => {
    using(new Linear(2, 2), (layer) => {
      tf.tidy(() => {
        const state = { 'fc.weight': tf.ones([2, 2]), 'fc.bias': tf.ones([2]), step: tf.scalar(1) };
        const rename = (name: string) => (name === 'step' ? null : name.replace('fc.', ''));
        expect(layer.loadStateDict(state, { rename })).toEqual({ missing: [], unexpected: [] });
        expectAllClose(layer.weight, state['fc.weight']);
        expect(() => layer.loadStateDict(state, { rename: () => 'weight' })).toThrow(
          'loadStateDict: rename gives "fc.weight" and "fc.bias" the same name, "weight"; expected a name of its own for each.',
        );
        const nothing: unknown = () => undefined;
        expect(() => layer.loadStateDict(state, { rename: nothing as typeof rename })).toThrow(
          'loadStateDict: rename("fc.weight") is undefined; expected a name or null. Write null to leave the entry out.',
        );
        const prefix: unknown = 'fc.';
        expect(() => layer.loadStateDict(state, { rename: prefix as typeof rename })).toThrow(
          "loadStateDict: rename is \"fc.\"; expected a function. Write rename: (name) => name.replace('module.', '').",
        );
        const yes: unknown = 1;
        expect(() => layer.loadStateDict(state, { strict: yes as boolean })).toThrow(
          'loadStateDict: strict is 1; expected true or false.',
        );
      });
    });
  });

  it.each<[what: string, names: string[], advice: string]>([
    [
      'a prefix of the state',
      ['bert.hidden_layer.weight', 'bert.hidden_layer.bias', 'bert.output.0.weight', 'cls.weight'],
      "The state's names begin with 'bert.', the model's do not: pass { rename: (name) => name.replace(/^bert\\./, '') }.",
    ],
    [
      'what PyTorch wraps around a part',
      ['hidden_layer._orig_mod.weight', 'hidden_layer._orig_mod.bias'],
      "The state's names have '_orig_mod.', which PyTorch puts around a model: pass { rename: (name) => name.replace(/\\b(_orig_mod)\\./g, '') }.",
    ],
    [
      'another spelling',
      ['hiddenLayer.weight', 'hidden_layer.bias', 'output.0.weight', 'running_mean'],
      "The state spells names otherwise: 'hiddenLayer.weight' is 'hidden_layer.weight'. Name the properties as the state does",
    ],
    [
      'TensorFlow’s words',
      ['HiddenLayer.gamma', 'HiddenLayer.beta'],
      "The state spells names otherwise: 'HiddenLayer.gamma' is 'hidden_layer.weight', 'HiddenLayer.beta' is 'hidden_layer.bias'.",
    ],
  ])('recognizes %s', (_, names, advice) => {
    using(new Net(), (net) => {
      tf.tidy(() => {
        const state = Object.fromEntries(names.map((name) => [name, tf.ones([2])]));
        expect(() => net.loadStateDict(state)).toThrow(advice);
      });
    });
  });

  it('recognizes a prefix of the model, and nothing where names have nothing in common', () => {
    using(new Sequential({ bert: new Net() }), (net) => {
      tf.tidy(() => {
        const state = { 'hidden_layer.weight': tf.ones([2, 2]), 'hidden_layer.bias': tf.ones([2]) };
        expect(() => net.loadStateDict(state)).toThrow(
          "The model's names begin with 'bert.', the state's do not: pass { rename: (name) => 'bert.' + name }.",
        );
        expect(() => net.loadStateDict({ other: tf.ones([1]) })).toThrow(
          /unexpected: other\nPass \{ strict: false \}[^\n]*$/,
        );
      });
    });
  });

  it.each<[what: string, state: () => unknown, advice: string]>([
    ['another module', () => new Tanh(), 'Write other.stateDict() for the state of another module.'],
    ['a method without its call', () => new Tanh().stateDict, 'Write stateDict(), with its brackets.'],
    ['a promise', () => Promise.resolve({}), 'Write await before it.'],
    ['bytes', () => new Uint8Array(3), 'Read a file first: decodeSafetensors(bytes).tensors.'],
    ['a buffer', () => new ArrayBuffer(3), 'Read a file first: decodeSafetensors(bytes).tensors.'],
    [
      'all of a decoded file',
      () => ({ tensors: {}, metadata: {} }),
      'Write decodeSafetensors(bytes).tensors.',
    ],
    ['a tensor', () => tf.ones([1]), 'expected an object of tensors by path.'],
  ])('refuses %s', (_, make, advice) => {
    using(new Linear(2, 2), (layer) => {
      tf.tidy(() => {
        const state = make() as never;
        expect(() => layer.loadStateDict(state, { strict: false })).toThrow(advice);
        expect(() => loadPyTorchStateDict(layer, state, { strict: false })).toThrow(advice);
      });
    });
  });

  it('says which function takes plain data', () => {
    using(new Linear(1, 1, { bias: false }), (layer) => {
      const weight: unknown = { dtype: 'F32', shape: [1, 1], data: new Float32Array(1) };
      expect(() => layer.loadStateDict({ weight: weight as tf.Tensor })).toThrow(
        'not a tensor: weight; loadPyTorchStateDict takes { dtype, shape, data }',
      );
    });
  });
});

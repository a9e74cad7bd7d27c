import '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs-core';
import { expectAllClose } from '@trainkit/testing';
import { describe, expect, it } from 'vitest';
import { Linear, loadPyTorchStateDict, Module, pytorchStateDict, Sequential, Tanh } from './index.js';

/** Runs a body with a module and disposes the module. */
function using<M extends Module>(module: M, body: (module: M) => void): void {
  try {
    body(module);
  } finally {
    module.dispose();
  }
}

function message(run: () => void): string {
  try {
    run();
  } catch (error) {
    return `${error}`;
  }
  return 'no error';
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

  it('loads nothing if a tensor cannot be read, or is none', () => {
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

  it('treats an undefined entry as missing, and refuses a value that is no state', () => {
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

  it('loads the matching entries if it is not strict', () => {
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

  it('needs a tied variable under one of its paths, and names both if both are missing', () => {
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
      "The state spells names differently: 'hiddenLayer.weight' is 'hidden_layer.weight'. Name the properties as the state does",
    ],
    [
      'TensorFlow’s words',
      ['HiddenLayer.gamma', 'HiddenLayer.beta'],
      "The state spells names differently: 'HiddenLayer.gamma' is 'hidden_layer.weight', 'HiddenLayer.beta' is 'hidden_layer.bias'.",
    ],
  ])('recognizes %s', (_, names, advice) => {
    using(new Net(), (net) => {
      tf.tidy(() => {
        const state = Object.fromEntries(names.map((name) => [name, tf.ones([2])]));
        expect(() => net.loadStateDict(state)).toThrow(advice);
      });
    });
  });

  it('recognizes a prefix of the model, and nothing if names have nothing in common', () => {
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

  it('names the function for plain data', () => {
    using(new Linear(1, 1, { bias: false }), (layer) => {
      const weight: unknown = { dtype: 'F32', shape: [1, 1], data: new Float32Array(1) };
      expect(() => layer.loadStateDict({ weight: weight as tf.Tensor })).toThrow(
        'not a tensor: weight; loadPyTorchStateDict takes { dtype, shape, data }',
      );
    });
  });

  describe('advises in the terms of the rename that was given', () => {
    /** A body, and a head of two layers with an activation between them. */
    class Classifier extends Module {
      readonly body = new Linear(2, 3);
      readonly head: Sequential;

      constructor(classes: number, hidden = 4) {
        super();
        this.head = new Sequential(new Linear(3, hidden), new Tanh(), new Linear(hidden, classes));
      }

      override forward(x: tf.Tensor): tf.Tensor {
        return this.head.forward(this.body.forward(x));
      }
    }
    const saved = (prefix = '') =>
      Object.fromEntries(
        Object.entries(new Classifier(5, 6).stateDict()).map(([name, value]) => [prefix + name, value]),
      );
    const strip = (name: string) => name.replace(/^module\./, '');
    const inBody = {
      missing: ['head.0.weight', 'head.0.bias', 'head.2.weight', 'head.2.bias'],
      unexpected: [],
    };

    it('for a head of two layers, with and without a rename', () => {
      using(new Classifier(2), (net) => {
        const plain = saved();
        const advice = `To leave head as it is, pass { strict: false, rename: (name) => (name.startsWith('head.') ? null : name) }.`;
        expect(() => net.loadStateDict(plain)).toThrow(advice);
        const rename = (name: string) => (name.startsWith('head.') ? null : name);
        expect(net.loadStateDict(plain, { strict: false, rename })).toEqual(inBody);
        const prefixed = saved('module.');
        expect(() => net.loadStateDict(prefixed, { rename: strip })).toThrow(
          "To leave head as it is, pass { strict: false }, and return null from your rename for the names that begin with 'head.' once renamed.",
        );
        const both = (name: string) => (strip(name).startsWith('head.') ? null : strip(name));
        expect(net.loadStateDict(prefixed, { strict: false, rename: both })).toEqual(inBody);
        expectAllClose(net.body.weight, prefixed['module.body.weight']!);
        tf.dispose([plain, prefixed]);
      });
    });

    it.each<[what: string, wrong: string[], advice: string]>([
      [
        'one layer',
        ['head.2.weight', 'head.2.bias'],
        "To leave head.2 as it is, pass { strict: false, rename: (name) => (name.startsWith('head.2.') ? null : name) }.",
      ],
      [
        'two parts',
        ['body.weight', 'head.2.bias'],
        "To leave body and head.2 as they are, pass { strict: false, rename: (name) => (name.startsWith('body.') || name.startsWith('head.2.') ? null : name) }.",
      ],
    ])('for %s', (_, wrong, advice) => {
      using(new Classifier(2), (net) => {
        const state = {
          ...net.stateDict(),
          ...Object.fromEntries(wrong.map((name) => [name, tf.ones([7])])),
        };
        expect(() => net.loadStateDict(state)).toThrow(advice);
        tf.dispose(wrong.map((name) => state[name]));
      });
    });

    it('gives no advice on a head if everything would be left out', () => {
      using(new Linear(2, 2), (layer) => {
        tf.tidy(() => {
          const state = { weight: tf.ones([3]), bias: tf.ones([3]) };
          expect(() => layer.loadStateDict(state)).toThrow(/misshapen: bias[^\n]*$/);
        });
      });
    });

    it.each<[wrapper: string, wrap: (name: string) => string]>([
      ['_fsdp_wrapped_module', (name) => `_fsdp_wrapped_module.${name}`],
      ['_checkpoint_wrapped_module', (name) => name.replace('head.0.', 'head.0._checkpoint_wrapped_module.')],
      ['_fsdp_wrapped_module', (name) => name.replace('body.', 'body._fsdp_wrapped_module.')],
      ['module', (name) => `module.module.${name}`],
      ['module', (name) => `module.${name.replace('head.0.', 'head.0.module.')}`],
    ])('for %s', (wrapper, wrap) => {
      using(new Classifier(2), (net) => {
        const state = Object.fromEntries(
          Object.entries(net.stateDict()).map(([name, value]) => [wrap(name), value]),
        );
        expect(() => net.loadStateDict(state)).toThrow(
          `The state's names have '${wrapper}.', which PyTorch puts`,
        );
        const pattern = /name\.replace\(\/(.*)\/(g?), ''\)/.exec(message(() => net.loadStateDict(state)));
        const rename = (name: string) => name.replace(new RegExp(pattern?.[1] ?? '', pattern?.[2]), '');
        expect(net.loadStateDict(state, { rename })).toEqual({ missing: [], unexpected: [] });
      });
    });

    it('for the names that remain after a rename', () => {
      using(new Classifier(2), (net) => {
        const state = Object.fromEntries(
          Object.entries(net.stateDict()).map(([name, value]) => [`module.net.${name}`, value]),
        );
        expect(() => net.loadStateDict(state, { rename: strip })).toThrow(
          "The state's names begin with 'net.', the model's do not: let your rename return name.replace(/^net\\./, ''), where name is what it returns now.",
        );
      });
    });
  });

  it('refuses a state of which nothing would be loaded, strict or not', () => {
    using(new Linear(2, 2), (layer) => {
      tf.tidy(() => {
        const state = { 'module.weight': tf.ones([2, 2]), 'module.bias': tf.ones([2]) };
        const before = [...layer.weight.dataSync()];
        expect(() => layer.loadStateDict(state, { strict: false })).toThrow(
          [
            'loadStateDict: nothing of the state fits this Linear; nothing was loaded.',
            "  its names: 'module.weight', 'module.bias'",
            "  the model's: 'weight', 'bias'",
            "The state's names have 'module.', which PyTorch puts around a model: pass { rename: (name) => name.replace(/^module\\./, '') }.",
          ].join('\n'),
        );
        expect(() => layer.loadStateDict(state, { strict: false, rename: (name) => `a.${name}` })).toThrow(
          "  its names, after rename: 'a.module.weight', 'a.module.bias'",
        );
        expect(() => layer.loadStateDict(state, { strict: false, rename: () => null })).toThrow(
          'rename leaves out all 2 of its names',
        );
        expect([...layer.weight.dataSync()]).toEqual(before);
        expect(layer.loadStateDict({}, { strict: false }).missing).toEqual(['weight', 'bias']);
        expect(new Tanh().loadStateDict(state, { strict: false }).unexpected).toEqual(Object.keys(state));
      });
    });
  });

  it.each<[access: string, wrap: (state: object) => object]>([
    ['checkpoint.state_dict', (state) => ({ epoch: 3, state_dict: state })],
    [
      'checkpoint.model',
      (state) => ({ optimizer: { state: {}, param_groups: [] }, ema: state, model: state }),
    ],
    ['checkpoint["my model"]', (state) => ({ 'my model': state })],
  ])('points to %s of a checkpoint', (access, wrap) => {
    using(new Linear(2, 2), (layer) => {
      for (const strict of [true, false]) {
        const ours: unknown = wrap(layer.stateDict());
        const theirs: unknown = wrap(pytorchStateDict(layer));
        expect(() => layer.loadStateDict(ours as never, { strict })).toThrow(`Pass ${access}.`);
        expect(() => loadPyTorchStateDict(layer, theirs as never, { strict })).toThrow(`Pass ${access}.`);
      }
    });
  });
});

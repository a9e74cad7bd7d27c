import * as tf from '@tensorflow/tfjs-core';
import { Generator } from '@trainkit/random';
import { describeBackends, expectAllClose } from '@trainkit/testing';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import golden from '../goldens/simple-net.json' with { type: 'json' };
import { crossEntropy, Flatten, Linear, Module, ReLU, Sequential, Sigmoid, summary, Tanh } from './index.js';

/** A layer with a buffer and a part that is switched off. */
class Counter extends Module {
  readonly runningMean = this.buffer(tf.zeros([2]));
  readonly learnedScale = this.parameter(tf.ones([2]));
  readonly shift: tf.Variable | null = null;
  readonly #hidden = 3;

  override forward(x: tf.Tensor): tf.Tensor {
    return tf.mul(x, this.learnedScale);
  }

  get hidden(): number {
    return this.#hidden;
  }
}

class Net extends Module {
  readonly hiddenLayers = [new Linear(2, 2), new Counter()];
  readonly outputLayer = new Linear(2, 2, { bias: false });
  readonly same = this.outputLayer;

  override forward(x: tf.Tensor): tf.Tensor {
    return this.outputLayer.forward(this.hiddenLayers.reduce((input, layer) => layer.forward(input), x));
  }
}

/** Runs a body with a module and disposes the module. */
function using<M extends Module>(module: M, body: (module: M) => void): void {
  try {
    body(module);
  } finally {
    module.dispose();
  }
}

const paths = (entries: readonly [string, unknown][]) => entries.map(([path]) => path);

describeBackends('Module', () => {
  const makeNet = () => {
    const generator = new Generator(0);
    return new Sequential(
      new Flatten(),
      new Linear(6, 5, { generator }),
      new Tanh(),
      new Linear(5, 4, { generator }),
      new ReLU(),
      new Linear(4, 4, { generator }),
      new Sigmoid(),
      new Linear(4, 3, { generator }),
    );
  };
  /** A state of PyTorch, with weights as [out, in]. */
  const torchState = () =>
    Object.fromEntries(
      Object.entries(golden.start).map(([name, value]) => {
        const given = tf.tensor(value);
        return [name, given.rank === 2 ? tf.transpose(given) : given];
      }),
    );

  it('is PyTorch’s network: keys, output, gradients, and 20 steps of training', () => {
    using(makeNet(), (net) => {
      expect(Object.keys(net.stateDict())).toEqual(Object.keys(golden.start));
      tf.tidy(() => {
        net.loadStateDict(torchState());
        const x = tf.tensor(golden.x);
        const labels = tf.tensor1d(golden.labels, 'int32');
        expectAllClose(net.forward(x), golden.output);
        for (const [step, expected] of golden.losses.entries()) {
          const { value, grads } = tf.variableGrads(
            () => crossEntropy(net.forward(x), labels),
            net.parameters(),
          );
          expectAllClose(value, [expected], { atol: 0, rtol: 2e-6 });
          for (const [path, parameter] of net.namedParameters()) {
            const gradient = grads[parameter.name]!;
            if (step === 0) {
              const inTorchOrder = parameter.rank === 2 ? tf.transpose(gradient) : gradient;
              expectAllClose(
                inTorchOrder,
                Object.entries(golden.gradients).find(([name]) => name === path)![1],
              );
            }
            parameter.assign(tf.sub(parameter, tf.mul(gradient, 0.5)));
          }
        }
      });
    });
  });

  it('does not grow as it trains and evaluates', () => {
    using(makeNet(), (net) => {
      const x = tf.tensor(golden.x);
      const labels = tf.tensor1d(golden.labels, 'int32');
      const before = tf.memory().numTensors;
      tf.dispose(tf.variableGrads(() => crossEntropy(net.forward(x), labels), net.parameters()));
      tf.tidy(() => {
        net.forward(x);
      });
      expect(() => net.forward(labels)).toThrow('Flatten: startDim is 1; expected a dimension of x');
      expect(tf.memory().numTensors).toBe(before);
      tf.dispose([x, labels]);
    });
  });

  it('has second derivatives through all its layers', () => {
    using(makeNet(), (net) => {
      tf.tidy(() => {
        const x = tf.tensor(golden.x);
        const labels = tf.tensor1d(golden.labels, 'int32');
        const penalty = () => {
          const slope = tf.grad((at: tf.Tensor) => crossEntropy(net.forward(at), labels))(x);
          return tf.mul(tf.sum(tf.square(slope)), 1000) as tf.Scalar;
        };
        const { grads } = tf.variableGrads(penalty, net.parameters());
        const step = 1e-2;
        for (const parameter of net.parameters().slice(0, 4)) {
          const start = tf.clone(parameter);
          const direction = tf.cos(tf.reshape(tf.range(0, start.size), start.shape));
          const at = (h: number) => {
            parameter.assign(tf.add(start, tf.mul(direction, h)));
            return penalty().dataSync()[0]!;
          };
          const expected = (at(step) - at(-step)) / (2 * step);
          parameter.assign(start);
          expectAllClose(tf.sum(tf.mul(grads[parameter.name]!, direction)), [expected], {
            atol: 5e-4,
            rtol: 1e-2,
          });
        }
      });
    });
  });

  it('runs and trains if it was built on another backend', async () => {
    const here = tf.getBackend();
    await tf.setBackend(here === 'cpu' ? 'wasm' : 'cpu');
    const net = makeNet();
    const before = tf.tidy(() => net.forward(tf.tensor(golden.x)).dataSync());
    await tf.setBackend(here);
    tf.tidy(() => {
      const x = tf.tensor(golden.x);
      const labels = tf.tensor1d(golden.labels, 'int32');
      expectAllClose(net.forward(x), before);
      const { grads } = tf.variableGrads(() => crossEntropy(net.forward(x), labels), net.parameters());
      expect(Object.keys(grads)).toHaveLength(8);
    });
    net.dispose();
  });

  it('frees its variables on dispose, once', () => {
    const before = tf.memory().numTensors;
    const net = new Net();
    expect(tf.memory().numTensors).toBe(before + 5);
    net.dispose();
    net.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });
});

describe('the tree', () => {
  beforeEach(() => void vi.spyOn(console, 'warn').mockImplementation(() => undefined));
  afterEach(() => void vi.restoreAllMocks());

  it('lists parameters and buffers once each, the state under every path', () => {
    using(new Net(), (net) => {
      expect(paths(net.namedParameters())).toEqual([
        'hidden_layers.0.weight',
        'hidden_layers.0.bias',
        'hidden_layers.1.learned_scale',
        'output_layer.weight',
      ]);
      expect(paths(net.namedBuffers())).toEqual(['hidden_layers.1.running_mean']);
      expect(Object.keys(net.stateDict())).toEqual([
        'hidden_layers.0.weight',
        'hidden_layers.0.bias',
        'hidden_layers.1.running_mean',
        'hidden_layers.1.learned_scale',
        'output_layer.weight',
        'same.weight',
      ]);
      expect(net.parameters()).toEqual(net.namedParameters().map(([, parameter]) => parameter));
      expect(net.buffers()).toEqual([net.stateDict()['hidden_layers.1.running_mean']]);
    });
  });

  it('lists modules and children, and finds them by path', () => {
    using(new Net(), (net) => {
      expect(paths(net.namedModules())).toEqual(['', 'hidden_layers.0', 'hidden_layers.1', 'output_layer']);
      expect(net.modules()[0]).toBe(net);
      expect(net.children()).toEqual([...net.hiddenLayers, net.outputLayer]);
      expect(net.getSubmodule('')).toBe(net);
      expect(net.getSubmodule('hidden_layers.1')).toBe(net.hiddenLayers[1]);
      expect(net.getSubmodule('same')).toBe(net.outputLayer);
      expect(() => net.getSubmodule('hidden_layers.2')).toThrow(
        "getSubmodule: this Net has no module at 'hidden_layers.2'; it has hidden_layers.0, hidden_layers.1, " +
          'output_layer, same.',
      );
      expect(() => net.outputLayer.getSubmodule('x')).toThrow("has no module at 'x'; it has none at all.");
    });
  });

  it('applies to children before their parents', () => {
    using(new Net(), (net) => {
      const visited: string[] = [];
      expect(net.apply((module) => visited.push(module.constructor.name))).toBe(net);
      expect(visited).toEqual(['Linear', 'Counter', 'Linear', 'Net']);
    });
  });

  it('finds modules and variables in arrays and plain objects, nested to any depth, and nowhere else', () => {
    class Held extends Module {
      readonly blocks = [
        [new Linear(1, 1, { bias: false }), new Tanh()],
        [new Linear(1, 1, { bias: false })],
      ];
      readonly heads = { leftHand: new Linear(1, 1, { bias: false }), rest: [{ a: new Tanh() }] };
      readonly scales = [this.parameter(tf.ones([1])), null, this.buffer(tf.ones([2]))];
      readonly config: Record<string, unknown> = { rate: 0.1, mean: tf.zeros([1]), none: null };
      readonly table = new Map([['rate', 0.1]]);

      override forward(x: tf.Tensor): tf.Tensor {
        return x;
      }
    }
    const held = new Held();
    held.config['itself'] = held.config;
    expect(Object.keys(held.stateDict())).toEqual([
      'scales.0',
      'scales.2',
      'blocks.0.0.weight',
      'blocks.1.0.weight',
      'heads.leftHand.weight',
    ]);
    expect(paths(held.namedModules())).toEqual([
      '',
      'blocks.0.0',
      'blocks.0.1',
      'blocks.1.0',
      'heads.leftHand',
      'heads.rest.0.a',
    ]);
    expect(paths(held.namedBuffers())).toEqual(['scales.2']);
    expect(held.getSubmodule('blocks.0.1')).toBe(held.blocks[0]![1]);
    held.eval();
    expect(held.heads.rest[0]!.a.training).toBe(false);
    held.dispose();
    expect(held.scales.map((scale) => scale?.isDisposed)).toEqual([true, undefined, true]);
  });

  it('refuses two parts under one path, and frees them all the same', () => {
    class Clash extends Module {
      readonly fooBar = this.parameter(tf.ones([1]));
      readonly foo_bar: tf.Variable = this.parameter(tf.ones([1]));
      override forward(x: tf.Tensor): tf.Tensor {
        return x;
      }
    }
    const parent = new Sequential({ first: new Clash() });
    const text =
      "The module tree of this Sequential: this.getSubmodule('first').fooBar and " +
      "this.getSubmodule('first').foo_bar would both be 'first.foo_bar'. Rename one of them.";
    expect(() => parent.stateDict()).toThrow(text);
    expect(() => parent.loadStateDict({})).toThrow(text);
    expect(() => parent.parameters()).toThrow(text);
    const before = tf.memory().numTensors;
    parent.dispose();
    expect(tf.memory().numTensors).toBe(before - 2);
  });

  it('refuses two modules under one path, a property against an array', () => {
    const net = Object.assign(new Tanh(), { layers: [new Linear(1, 1)], 'layers.0': new Linear(1, 1) });
    expect(() => net.stateDict()).toThrow(
      "The module tree of this Tanh: this.layers[0] and this['layers.0'] would both be 'layers.0'. Rename one of them.",
    );
    net.dispose();
    const twice = Object.assign(new Tanh(), { aB: new Tanh(), a_b: new Tanh() });
    expect(() => twice.getSubmodule('a_b')).toThrow('this.aB and this.a_b would both be');
  });

  it('accepts one variable twice under one path', () => {
    const weight = tf.variable(tf.ones([1]));
    const net = Object.assign(new Tanh(), { aB: weight, a_b: weight });
    expect(net.stateDict()).toEqual({ a_b: weight });
    net.dispose();
  });

  it.each([
    ['Map', new Map([['a', new Tanh()]]), 'Object.fromEntries(map)'],
    ['Set', new Set([new Tanh()]), '[...set]'],
  ])('refuses a %s of modules, which are not part of the tree', (kind, heads, instead) => {
    const model = new Sequential(Object.assign(new Tanh(), { heads }));
    expect(() => model.parameters()).toThrow(
      `this.getSubmodule('0').heads is a ${kind} of modules, which are not part of the tree. Write ${instead}, or keep it in a #private field.`,
    );
  });

  it('names the path of a module that is below itself', () => {
    const parent = Object.assign(new Tanh(), {
      child: Object.assign(new Linear(1, 1), { parent: null as unknown }),
    });
    parent.child.parent = parent;
    const text =
      'The module tree of this Tanh: this.child.parent is this again, so the tree would never end. ' +
      'Keep a reference to a parent in a #private field, which is not part of the tree.';
    expect(() => parent.stateDict()).toThrow(text);
    expect(() => parent.modules()).toThrow(text);
    expect(() => parent.train()).toThrow(text);
    expect(() => parent.apply(() => {})).toThrow(text);
    expect(() => parent.child.getSubmodule('parent')).toThrow('this.parent.child is this again');
    parent.dispose();
    expect(parent.child.weight.isDisposed).toBe(true);
    const own = new Tanh();
    Object.assign(own, { list: [own] });
    expect(() => new Sequential(own).parameters()).toThrow(
      "this.getSubmodule('0').list[0] is this.getSubmodule('0') again",
    );
  });

  it('knows the modules and frozen parameters of another copy of the package', async () => {
    vi.resetModules();
    const copy = await import('./index.js');
    expect(copy.Linear).not.toBe(Linear);
    using(new Sequential(new copy.Linear(2, 3), new Tanh()), (net) => {
      expect(Object.keys(net.stateDict())).toEqual(['0.weight', '0.bias']);
      net.requiresGrad(false);
      expect(new copy.Sequential(net).parameters()).toHaveLength(2);
    });
  });

  it('trains and evaluates as a whole', () => {
    using(new Net(), (net) => {
      expect(net.training).toBe(true);
      expect(net.eval()).toBe(net);
      expect(net.modules().map(({ training }) => training)).toEqual([false, false, false, false]);
      net.train();
      expect(net.modules().every(({ training }) => training)).toBe(true);
      net.train(false);
      expect(net.outputLayer.training).toBe(false);
    });
  });

  it('freezes parameters, which stay parameters, and never touches buffers', () => {
    using(new Net(), (net) => {
      const names = paths(net.namedParameters());
      expect(net.hiddenLayers[0]!.requiresGrad(false)).toBe(net.hiddenLayers[0]);
      expect(net.parameters().map(({ trainable }) => trainable)).toEqual([false, false, true, true]);
      expect(paths(net.namedParameters())).toEqual(names);
      tf.tidy(() => {
        const { grads } = tf.variableGrads(
          () => tf.sum(net.forward(tf.ones([1, 2]))) as tf.Scalar,
          net.parameters(),
        );
        expect(Object.values(grads).filter((gradient) => gradient !== null)).toHaveLength(2);
      });
      net.requiresGrad();
      expect(net.parameters().every(({ trainable }) => trainable)).toBe(true);
      expect(net.buffers().map(({ trainable }) => trainable)).toEqual([false]);
    });
  });

  it('keeps a parameter() a parameter if variable.trainable freezes it, and unfreezes it', () => {
    using(new Net(), (net) => {
      const names = paths(net.namedParameters());
      const buffers = paths(net.namedBuffers());
      const keys = Object.keys(net.stateDict());
      for (const parameter of net.parameters()) parameter.trainable = false;
      expect(paths(net.namedParameters())).toEqual(names);
      expect(paths(net.namedBuffers())).toEqual(buffers);
      expect(Object.keys(net.stateDict())).toEqual(keys);
      net.requiresGrad(true);
      expect(net.parameters().every(({ trainable }) => trainable)).toBe(true);
      expect(net.buffers().map(({ trainable }) => trainable)).toEqual([false]);
    });
  });

  it('freezes before it was ever looked at', () => {
    using(new Linear(2, 2), (layer) => {
      layer.weight.trainable = false;
      expect(paths(layer.namedParameters())).toEqual(['weight', 'bias']);
      expect(layer.buffers()).toEqual([]);
    });
  });

  it('keeps a buffer a buffer, whatever its trainable is', () => {
    using(new Counter(), (counter) => {
      counter.runningMean.trainable = true;
      expect(counter.buffers()).toEqual([counter.runningMean]);
      expect(counter.parameters()).toEqual([counter.learnedScale]);
    });
  });

  it('treats a tf.variable as a parameter once it was seen trainable, else as a buffer', () => {
    const [learned, kept] = [tf.variable(tf.ones([1])), tf.variable(tf.ones([1]), false)];
    using(Object.assign(new Tanh(), { learned, kept }), (net) => {
      expect(net.parameters()).toEqual([learned]);
      learned.trainable = false;
      expect(net.parameters()).toEqual([learned]);
      expect(net.buffers()).toEqual([kept]);
      net.requiresGrad(true);
      expect([learned.trainable, kept.trainable]).toEqual([true, false]);
    });
  });

  it.each<[what: string, walk: (net: Module) => void]>([
    ['train()', (net) => net.train()],
    ['eval()', (net) => net.eval()],
    ['stateDict()', (net) => net.stateDict()],
    ['modules()', (net) => net.modules()],
    ['requiresGrad()', (net) => net.requiresGrad()],
    ['summary', (net) => summary(net, [1])],
  ])('thaws a tf.variable that was frozen after %s alone', (_, walk) => {
    const [learned, kept] = [tf.variable(tf.ones([1])), tf.variable(tf.ones([1]), false)];
    using(new Sequential(Object.assign(new Tanh(), { learned, kept })), (net) => {
      walk(net);
      learned.trainable = false;
      net.requiresGrad(true);
      expect([learned.trainable, kept.trainable]).toEqual([true, false]);
      expect([net.parameters(), net.buffers()]).toEqual([[learned], [kept]]);
    });
  });

  it('treats a tf.variable that was frozen before any walk as a parameter once it is trainable', () => {
    const early = tf.variable(tf.ones([1]));
    early.trainable = false;
    using(Object.assign(new Tanh(), { early }), (net) => {
      const warned = vi.mocked(console.warn);
      expect(net.requiresGrad(true).buffers()).toEqual([early]);
      expect(warned.mock.calls).toEqual([
        [
          'requiresGrad: early stays frozen, since a tf.variable that is not trainable when its tree is first read counts ' +
            'as a buffer. To train it, set its trainable to true, or make it with this.parameter(value); for a buffer, ' +
            'write this.buffer(value).',
        ],
      ]);
      warned.mockClear();
      early.trainable = true;
      net.requiresGrad(false);
      expect([early.trainable, net.parameters()]).toEqual([false, [early]]);
      net.requiresGrad(true);
      expect(early.trainable).toBe(true);
      expect(warned).not.toHaveBeenCalled();
    });
  });

  it('refuses a mode that is none, and a tensor for apply', () => {
    const net = new Tanh();
    const given = (value: unknown) => value as never;
    expect(() => net.train(given('false'))).toThrow('train: mode is "false"; expected true or false.');
    expect(() => net.requiresGrad(given(0))).toThrow('requiresGrad: flag is 0; expected true or false.');
    expect(() => net.apply(given(tf.ones([1])))).toThrow(
      'apply: visit is a float32 tensor of shape [1]; expected a function. Write model.forward(x) for the output.',
    );
  });
});

describe('paths', () => {
  it.each([
    ['runningMean', 'running_mean'],
    ['queryKeyValue', 'query_key_value'],
    ['qkvProj', 'qkv_proj'],
    ['inProjWeight', 'in_proj_weight'],
    ['weightIhL0', 'weight_ih_l0'],
    ['fc1', 'fc1'],
    ['layerNorm1', 'layer_norm1'],
    ['conv2dBn', 'conv2d_bn'],
    ['conv2D', 'conv2d'],
    ['conv2DOut', 'conv2d_out'],
    ['batchNorm1D', 'batch_norm1d'],
    ['layer1Norm', 'layer1_norm'],
    ['block3Down', 'block3_down'],
    ['inputIDs', 'input_ids'],
    ['toRGB', 'to_rgb'],
    ['mlpGELUOut', 'mlp_gelu_out'],
    ['numBatchesTracked', 'num_batches_tracked'],
    ['LayerNorm', 'LayerNorm'],
    ['SelfAttention', 'SelfAttention'],
    ['DenseReluDense', 'DenseReluDense'],
    ['AuxLogits', 'AuxLogits'],
    ['Conv2d_1a_3x3', 'Conv2d_1a_3x3'],
    ['Wq', 'Wq'],
    ['W_q', 'W_q'],
    ['A', 'A'],
    ['A_log', 'A_log'],
    ['ln_1', 'ln_1'],
    ['post_LayerNorm', 'post_LayerNorm'],
    ['attn_Wq', 'attn_Wq'],
  ])('of the property %s is %s, as PyTorch’s files have it', (property, path) => {
    using(Object.assign(new Tanh(), { [property]: new Linear(1, 1, { bias: false }) }), (net) => {
      expect(Object.keys(net.stateDict())).toEqual([`${path}.weight`]);
      expect(net.getSubmodule(path)).toBeInstanceOf(Linear);
    });
  });
});

describe('a deep tree', () => {
  const DEPTH = 1500;
  class Link extends Module {
    readonly scale = this.parameter(tf.scalar(1));
    readonly next: Link | null;
    constructor(next: Link | null) {
      super();
      this.next = next;
    }
    override forward(x: tf.Tensor): tf.Tensor {
      return x;
    }
  }
  const chain = (depth: number): Link => {
    let link = new Link(null);
    for (let i = 1; i < depth; i++) link = new Link(link);
    return link;
  };

  /** Counts how often the properties of the tree's modules are listed while `walk` runs. */
  const listings = (walk: () => void): number => {
    const entries = vi.spyOn(Object, 'entries');
    try {
      walk();
      return entries.mock.calls.length;
    } finally {
      entries.mockRestore();
    }
  };

  it.each<[string, (link: Link) => unknown]>([
    ['apply', (link) => link.apply(() => {})],
    ['modules', (link) => link.modules()],
    ['namedModules', (link) => link.namedModules()],
    ['namedParameters', (link) => link.namedParameters()],
    ['namedBuffers', (link) => link.namedBuffers()],
    ['stateDict', (link) => link.stateDict()],
    ['loadStateDict', (link) => link.loadStateDict(link.stateDict())],
    ['train', (link) => link.train()],
    ['requiresGrad', (link) => link.requiresGrad(false)],
    ['dispose', (link) => link.dispose()],
  ])('is walked by %s in a time that grows with its depth alone', (_, walk) => {
    const link = chain(DEPTH);
    // Each walk lists the properties of a module for its variables and for its children; a state is
    // a list of entries.
    expect(listings(() => walk(link))).toBeLessThan(10 * DEPTH);
    link.dispose();
  });

  it('is walked without exhausting the stack', () => {
    const link = chain(20_000);
    expect(link.parameters()).toHaveLength(20_000);
    let visited = 0;
    link.apply(() => void visited++);
    expect(visited).toBe(20_000);
    link.dispose();
  });

  it('of arrays in arrays is walked without exhausting the stack', () => {
    const layer = new Linear(1, 1);
    let nested: unknown = [layer];
    for (let i = 0; i < 20_000; i++) nested = i % 2 === 0 ? [nested] : { in: nested };
    const model = Object.assign(new Tanh(), { nested });
    expect(model.parameters()).toEqual([layer.weight, layer.bias]);
    expect(model.children()).toEqual([layer]);
    model.dispose();
  });

  it('of arrays is walked in the order of their items, and an array that contains itself once', () => {
    const [a, b, c, d] = [new Tanh(), new Tanh(), new Tanh(), new Tanh()];
    const own: unknown[] = [a, [b, { left: c }]];
    own.push(own, d);
    const model = Object.assign(new Tanh(), { own });
    expect(model.namedChildren()).toEqual([
      ['own.0', a],
      ['own.1.0', b],
      ['own.1.1.left', c],
      ['own.3', d],
    ]);
  });

  it('of shared parts is walked once for each part if paths do not matter', () => {
    // Two paths down at each of 40 levels: 2⁴⁰ paths.
    let shared: Module = new Tanh();
    for (let i = 0; i < 40; i++) shared = Object.assign(new Tanh(), { a: shared, b: { again: shared } });
    expect(shared.modules()).toHaveLength(41);
    shared.eval();
    expect(shared.modules().every(({ training }) => !training)).toBe(true);
  });
});

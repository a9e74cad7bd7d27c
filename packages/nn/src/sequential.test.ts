import * as tfjs from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs-core';
import { expectAllClose } from '@trainkit/testing';
import { describe, expect, it, vi } from 'vitest';
import { Flatten, Identity, Linear, Module, ReLU, Sequential, Tanh } from './index.js';

const zero = tf.zeros([1]);

/** A layer with two outputs. */
class Pair extends Module<[x: tf.Tensor], [tf.Tensor, tf.Tensor]> {
  override forward(x: tf.Tensor): [tf.Tensor, tf.Tensor] {
    return [tf.neg(x), tf.square(x)];
  }
}

describe('Sequential', () => {
  it('passes each output on, and an empty one passes the input through', () => {
    const x = tf.tensor1d([-1, 2]);
    const net = new Sequential(new ReLU(), new Identity());
    expect(Array.from(net.forward(x).dataSync())).toEqual([0, 2]);
    expect(new Sequential().forward(x)).toBe(x);
  });

  it('leaves one tensor, the output, and frees the tensors that hooks did not keep', () => {
    const net = new Sequential(new Linear(3, 4), new Tanh(), new Sequential(new Linear(4, 2), new Tanh()));
    const x = tf.ones([2, 3]);
    const stored: tf.Tensor[] = [];
    net.at(0).registerForwardHook((_, __, output) => void stored.push(output));
    net.at(1).registerForwardHook((_, __, output) => void stored.push(tf.keep(output)));
    const before = tf.memory().numTensors;
    const output = net.forward(x);
    expect(tf.memory().numTensors).toBe(before + 2);
    expect(stored.map(({ isDisposed }) => isDisposed)).toEqual([true, false]);
    expect([x.isDisposed, output.isDisposed]).toEqual([false, false]);
    tf.dispose([x, output, stored]);
    net.dispose();
  });

  it('has the gradients of its layers, even if hooks store outputs', () => {
    const net = new Sequential(new Linear(1, 1), new Tanh());
    const stored: tf.Tensor[] = [];
    net.at(0).registerForwardHook((_, __, output) => void stored.push(output));
    tf.tidy(() => {
      const byHand = (x: tf.Tensor) => tf.tanh(tf.add(tf.mul(x, net.parameters()[0]!), net.parameters()[1]!));
      const x = tf.tensor2d([[0.3], [-2]]);
      expectAllClose(tf.grad((at) => net.forward(at))(x), tf.grad(byHand)(x));
      const slope = (f: (x: tf.Tensor) => tf.Tensor) => tf.grad((at) => tf.sum(tf.grad(f)(at)));
      expectAllClose(slope((at) => net.forward(at))(x), slope((at) => tf.tanh(net.at(0).forward(at)))(x));
    });
    net.dispose();
  });

  it.each([
    ['an empty name', { '': new Tanh() }, /^Sequential: '' cannot be a name/],
    ['a path', { 'a.0': new Tanh() }, /^Sequential: 'a\.0' cannot be a name/],
    ['a number after a word', { hidden: new Tanh(), 1: new ReLU() }, /^Sequential: '1' cannot be a name/],
  ])('refuses %s, which would break paths or order', (_what, children, message) => {
    expect(() => new Sequential(children)).toThrow(message);
  });

  it('returns its children by index and in order', () => {
    const [first, second] = [new Tanh(), new ReLU()];
    const net = new Sequential(first, second);
    expect([net.length, net.at(0), net.at(1), net.at(-1), net.at(-2)]).toEqual([
      2,
      first,
      second,
      second,
      first,
    ]);
    expect([...net]).toEqual([first, second]);
    for (const index of [2, -3, 0.5]) {
      expect(() => net.at(index)).toThrow(`Sequential: there is no module at ${index}; it has 2 modules.`);
    }
  });

  it('uses the given names of its children, and keeps them', () => {
    const net = new Sequential({ hiddenLayer: new Linear(2, 3), act: new Tanh() });
    expect(Object.keys(net.stateDict())).toEqual(['hiddenLayer.weight', 'hiddenLayer.bias']);
    expect(net.getSubmodule('act')).toBe(net.at(1));
    expect(net.forward(tf.ones([1, 2])).shape).toEqual([1, 3]);
  });

  it('lists one module that occurs twice once, its state twice', () => {
    const shared = new Linear(2, 2);
    const net = new Sequential(shared, new Tanh(), shared);
    expect(net.parameters()).toHaveLength(2);
    expect(net.children()).toHaveLength(2);
    expect(Object.keys(net.stateDict())).toEqual(['0.weight', '0.bias', '2.weight', '2.bias']);
  });

  it('runs nested Sequentials of any depth, and frees intermediate tensors', () => {
    const calls: string[] = [];
    class Step extends Module {
      override forward(x: tf.Tensor): tf.Tensor {
        calls.push('step');
        return tf.add(x, 1);
      }
    }
    class Doubling extends Sequential {
      override forward<R extends tf.Rank>(x: tf.Tensor<R>): tf.Tensor<R>;
      override forward(x: tf.Tensor): tf.Tensor {
        calls.push('doubling');
        return tf.mul(super.forward(x), 2);
      }
    }
    let net: Sequential = new Sequential(new Step(), new Doubling(new Step()), new Step());
    for (let i = 0; i < 10_000; i++) net = new Sequential(net, new Identity());
    const hooked = new Sequential(new Step());
    const hook = vi.fn();
    hooked.registerForwardHook(() => hook());
    const x = tf.ones([2]);
    const before = tf.memory().numTensors;
    const y = new Sequential(new Sequential(net), hooked).forward(x);
    expect([...y.dataSync()]).toEqual([8, 8]);
    expect(calls).toEqual(['step', 'doubling', 'step', 'step', 'step']);
    expect(hook).toHaveBeenCalledTimes(1);
    expect(tf.memory().numTensors).toBe(before + 1);
    const gradient = tf.grad((at: tf.Tensor) => net.forward(at))(x);
    expect([...gradient.dataSync()]).toEqual([2, 2]);
    tf.dispose([x, y, gradient]);
  });

  it('ends its scopes if a nested layer throws', () => {
    class Broken extends Module {
      override forward(x: tf.Tensor): tf.Tensor {
        tf.neg(x);
        throw new Error('on purpose');
      }
    }
    const net = new Sequential(new Tanh(), new Sequential(new Sequential(new Tanh(), new Broken())));
    const x = tf.ones([2]);
    const before = tf.memory().numTensors;
    const scopes = tf.engine().state.scopeStack.length;
    expect(() => net.forward(x)).toThrow('on purpose');
    expect(tf.engine().state.scopeStack).toHaveLength(scopes);
    expect(tf.memory().numTensors).toBe(before);
    x.dispose();
  });

  it('keeps its place in a subclass with parts of its own', () => {
    class Scaled extends Sequential {
      readonly outputScale = this.parameter(tf.scalar(2));
    }
    class Model extends Module {
      readonly net = new Scaled(new Linear(1, 1));
      override forward(x: tf.Tensor): tf.Tensor {
        return this.net.forward(x);
      }
    }
    expect(Object.keys(new Model().stateDict())).toEqual(['net.output_scale', 'net.0.weight', 'net.0.bias']);
  });

  const example =
    'Write new Sequential(new Linear(4, 8), new Tanh()) or new Sequential({ hidden: new Linear(4, 8) }).';

  it.each<[string, unknown[], string]>([
    ['the class', [Linear], "'0' is the class Linear; expected a Module. Write new Linear(…)."],
    [
      'a class among modules',
      [new Tanh(), Linear],
      "'1' is the class Linear; expected a Module. Write new Linear(…).",
    ],
    [
      'a Map',
      [new Map([['a', new Tanh()]])],
      "'0' is [object Map]; expected a Module. Write new Sequential(Object.fromEntries(map)).",
    ],
    [
      'a Set',
      [new Set([new Tanh()])],
      "'0' is [object Set]; expected a Module. Write new Sequential(...set).",
    ],
    [
      'null',
      [null],
      "'0' is null; expected a Module. Write new Identity() for a layer that is switched off.",
    ],
    ['undefined', [undefined], "'0' is undefined; expected a Module. Write new Identity()"],
    [
      'a promise',
      [Promise.resolve(new Tanh())],
      "'0' is [object Promise]; expected a Module. Write await before it.",
    ],
    ['a string', ['Linear'], `'0' is "Linear"; expected a Module. ${example}`],
    ['an empty string', [''], `'0' is ""; expected a Module. ${example}`],
    ['a number', [784], `'0' is 784; expected a Module. ${example}`],
    ['a flag', [true], `'0' is true; expected a Module. ${example}`],
    [
      'an array',
      [[new Tanh()]],
      "'0' is [[object Tanh]]; expected a Module. Write new Sequential(...modules).",
    ],
    ['an empty array', [[]], "'0' is []; expected a Module. Write new Sequential(...modules)."],
    [
      'an array among modules',
      [new Tanh(), [new Tanh()]],
      "'1' is [[object Tanh]]; expected a Module. Write new Sequential(...modules).",
    ],
    [
      'a function',
      [(x: tf.Tensor) => x],
      "'0' is the function (anonymous); expected a Module. Write a class that extends Module",
    ],
    [
      'a function of TensorFlow.js',
      [tf.relu],
      'expected a Module. Write a class that extends Module, and the function as its forward.',
    ],
    ['a tensor', [zero], "'0' is a float32 tensor of shape [1]; expected a Module."],
    [
      'a layer of tf.layers',
      [tfjs.layers.dense({ units: 1 })],
      "'0' is [object Dense]; expected a Module. A layer of tf.layers belongs into tf.sequential.",
    ],
    ['an iterator', [[new Tanh()].values()], 'expected a Module. Write'],
    [
      'a class under a name',
      [{ hidden: Linear }],
      "'hidden' is the class Linear; expected a Module. Write new Linear(…).",
    ],
    ['null under a name', [{ hidden: null }], "'hidden' is null; expected a Module. Write new Identity()"],
    [
      'records among modules',
      [{ a: new Tanh() }, { b: new Tanh() }],
      `'0' is [object Object]; expected a Module. ${example}`,
    ],
  ])('refuses %s', (_, given, message) => {
    expect(() => Reflect.construct(Sequential, given)).toThrow(message);
  });

  it('stays empty without modules', () => {
    expect([new Sequential().length, new Sequential({}).length]).toEqual([0, 0]);
  });

  it('names the child whose output is not the one tensor that the next needs', () => {
    const net = (layer: unknown) => Reflect.construct(Sequential, [new Tanh(), layer, new Linear(1, 1)]);
    const x = tf.ones([1, 1]);
    const before = tf.memory().numTensors;
    const nets = [
      net(new Pair()),
      net(Object.assign(new Tanh(), { forward: () => undefined })),
      net(Object.assign(new Tanh(), { forward: async () => zero })),
    ];
    for (const [i, message] of [
      "Sequential: '1' (Pair) returned [a float32 tensor of shape [1, 1], a float32 tensor of shape [1, 1]]; expected " +
        "one tensor, which '2' (Linear) takes. Write a Module whose forward picks from it: const [first] = " +
        'this.cell.forward(x).',
      "Sequential: '1' (Tanh) returned undefined; expected one tensor, which '2' (Linear) takes. Write return in its forward.",
      "Sequential: '1' (Tanh) returned [object Promise]; expected one tensor, which '2' (Linear) takes. Write a forward that is not async.",
    ].entries()) {
      expect(() => nets[i]!.forward(x)).toThrow(message);
    }
    for (const one of nets) one.dispose();
    expect(tf.memory().numTensors).toBe(before);
    x.dispose();
  });

  it('returns the output of its last child, and refuses a last child that returns nothing', () => {
    const net: Sequential = Reflect.construct(Sequential, [new Tanh(), new Pair()]);
    const output: unknown = net.forward(zero);
    expect(output).toHaveLength(2);
    tf.dispose(output as tf.Tensor[]);
    const nothing = new Sequential(Object.assign(new Tanh(), { forward: () => undefined as never }));
    expect(() => nothing.forward(zero)).toThrow(
      "Sequential: '0' (Tanh) returned undefined; expected an output.",
    );
  });

  it('refuses further inputs and a list of them, which its layers would never see', () => {
    const net = new Sequential(new Tanh());
    const forward: unknown = net.forward.bind(net);
    const call = forward as (...inputs: unknown[]) => tf.Tensor;
    expect(() => call(zero, zero)).toThrow(
      'Sequential: forward received 2 inputs; expected one tensor. Write a Module whose forward calls its layers',
    );
    expect(() => call([zero, zero])).toThrow(
      'Sequential: x is [a float32 tensor of shape [1], a float32 tensor of shape [1]]; expected one tensor.',
    );
    expect(() => call(undefined)).toThrow('Tanh: x is undefined; expected a tensor.');
    call(zero, undefined).dispose();
  });
});

describe('Flatten', () => {
  it.each<[number, number[], number[]]>([
    [1, [2, 3, 4], [2, 12]],
    [1, [2, 3], [2, 3]],
    [0, [2, 3], [6]],
    [2, [2, 3, 4, 5], [2, 3, 20]],
    [-2, [2, 3, 4], [2, 12]],
    [1, [0, 3, 4], [0, 12]],
    [0, [], [1]],
  ])('from %i on makes %j into %j', (startDim, shape, expected) => {
    expect(new Flatten(startDim).forward(tf.zeros(shape)).shape).toEqual(expected);
  });

  it('refuses a dimension that is none', () => {
    expect(() => new Flatten().forward(tf.zeros([5]))).toThrow(
      'Flatten: startDim is 1; expected a dimension of x, whose shape is [5]. A batch of one example is x.expandDims(0).',
    );
    expect(() => new Flatten(-3).forward(tf.zeros([5, 2]))).toThrow('startDim is -3; expected a dimension');
    expect(() => new Flatten(0.5)).toThrow('Flatten: startDim is 0.5; expected a whole number.');
  });
});

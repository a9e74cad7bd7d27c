import '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs-core';
import { expectAllClose } from '@trainkit/testing';
import { describe, expect, it } from 'vitest';
import { Flatten, Identity, Linear, Module, ReLU, Sequential, Tanh } from './index.js';

describe('Sequential', () => {
  it('passes each output on, and an empty one passes the input through', () => {
    const x = tf.tensor1d([-1, 2]);
    const net = new Sequential(new ReLU(), new Identity());
    expect(Array.from(net.forward(x).dataSync())).toEqual([0, 2]);
    expect(new Sequential().forward(x)).toBe(x);
  });

  it('leaves one tensor, the output, and frees what hooks did not keep', () => {
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

  it('has the gradients of its layers, where hooks store outputs too', () => {
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

  it('gives its children by index and in order', () => {
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

  it('names its children as it is told, and keeps those names', () => {
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

  it('refuses what is not a module', () => {
    const wrong: unknown = [new Tanh()];
    expect(() => new Sequential(new Tanh(), wrong as Tanh)).toThrow(
      "Sequential: '1' is not a Module. Write new Sequential(new Linear(4, 8), new Tanh()) " +
        'or new Sequential({ hidden: new Linear(4, 8) }).',
    );
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

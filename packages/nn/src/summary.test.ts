import * as tf from '@tensorflow/tfjs-core';
import { Generator } from '@trainkit/random';
import { describeBackends } from '@trainkit/testing';
import { expect, it, vi } from 'vitest';
import { Flatten, Linear, Module, Sequential, summary, Tanh } from './index.js';

class Tied extends Module {
  readonly first = new Linear(4, 4);
  readonly second = this.first;
  readonly unused = new Tanh();
  readonly count = this.buffer(tf.scalar(0));
  modes: boolean[] = [];

  override forward(x: tf.Tensor): tf.Tensor {
    this.modes.push(this.training);
    return tf.sum(this.second.forward(this.first.forward(x)), 1);
  }
}

describeBackends('summary', () => {
  it('lists layers, shapes and parameters', () => {
    const generator = new Generator(0);
    const net = new Sequential({
      flat: new Flatten(),
      hidden: new Linear(784, 256, { generator }),
      act: new Tanh(),
      output: new Linear(256, 10, { generator }),
    });
    net.getSubmodule('hidden').requiresGrad(false);
    expect(summary(net, [28, 28])).toBe(
      [
        'layer    type        output shape  parameters',
        '─────────────────────────────────────────────',
        '(model)  Sequential  [N, 10]                0',
        'flat     Flatten     [N, 784]               0',
        'hidden   Linear      [N, 256]         200,960',
        'act      Tanh        [N, 256]               0',
        'output   Linear      [N, 10]            2,570',
        '─────────────────────────────────────────────',
        'parameters: 203,530, trainable: 2,570, frozen: 200,960',
      ].join('\n'),
    );
    net.dispose();
  });

  it('counts what is shared once, and no buffers; runs in evaluation mode and puts all back', () => {
    const model = new Tied();
    model.first.eval();
    const text = summary(model, [4]);
    expect(text).toContain('(model)  Tied    [N]                    0');
    expect(text).toContain('first    Linear  [N, 4]                20');
    expect(text).toContain('unused   Tanh    –                      0');
    expect(text).toContain('parameters: 20, trainable: 20, frozen: 0');
    expect(model.modes).toEqual([false]);
    expect(model.modules().map(({ training }) => training)).toEqual([true, false, true]);
    expect(Object.hasOwn(model, 'forward')).toBe(false);
    model.dispose();
  });

  it('fires nobody’s hooks, neither before nor for what it shows, and leaves them in place', () => {
    const model = new Sequential(new Linear(4, 3), new Tanh());
    const hook = vi.fn(() => tf.zeros([7, 7]));
    const remove = [model, ...model].map((module) => module.registerForwardHook(hook));
    const text = summary(model, [4]);
    expect(hook).not.toHaveBeenCalled();
    expect(text).toContain('1        Tanh        [N, 3]');
    tf.tidy(() => void model.forward(tf.zeros([1, 4])));
    expect(hook).toHaveBeenCalledTimes(3);
    for (const off of remove) off();
    expect([model, ...model].some((module) => Object.hasOwn(module, 'forward'))).toBe(false);
    model.dispose();
  });

  it('fires no hooks of another copy of the package', async () => {
    vi.resetModules();
    const copy = await import('./index.js');
    const layer = new copy.Tanh();
    const hook = vi.fn();
    layer.registerForwardHook(hook);
    layer.registerForwardHook(hook);
    expect(summary(new Sequential(layer), [4])).toContain('[N, 4]');
    expect(hook).not.toHaveBeenCalled();
  });

  it('puts the modes back where a module’s own eval throws', () => {
    const model = Object.assign(new Sequential(new Tanh()), {
      eval() {
        model.at(0).training = false;
        throw new Error('no');
      },
    });
    expect(() => summary(model, [4])).toThrow('no');
    expect(model.at(0).training).toBe(true);
  });

  it('says what it takes', () => {
    const wrong: unknown = { forward: () => null };
    expect(() => summary(wrong as Module, [4])).toThrow(
      'summary: model is [object Object]; expected a Module.',
    );
    const shape: unknown = 784;
    for (const given of [shape, null, [-1], [1.5], [null]]) {
      expect(() => summary(new Tanh(), given as number[])).toThrow(
        /^summary: inputShape is .*; expected the shape of one example, without the batch\. Write for example \[28, 28\]\.$/,
      );
    }
    const layer = new Linear(2, 2);
    layer.dispose();
    expect(() => summary(layer, [2])).toThrow('summary: weight, of shape [2, 2], is disposed;');
  });

  it('puts all back where the model throws', () => {
    const model = new Tied();
    expect(() => summary(model, [5])).toThrow('expected a last dimension of 4');
    expect(model.training).toBe(true);
    expect(Object.hasOwn(model, 'forward')).toBe(false);
    model.dispose();
  });
});

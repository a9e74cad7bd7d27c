import '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it, vi } from 'vitest';
import { Identity, type Module, Sequential, Tanh } from './index.js';

const zero = tf.zeros([1]);

class Twice extends Tanh {
  override forward<R extends tf.Rank>(x: tf.Tensor<R>): tf.Tensor<R> {
    return super.forward(super.forward(x));
  }
}

describe('registerForwardHook', () => {
  it('sees module, input and output of every call, in order of registration, until it is removed', () => {
    const calls: unknown[] = [];
    const layer = new Identity();
    const remove = layer.registerForwardHook((...call) => {
      calls.push(['first', ...call]);
    });
    layer.registerForwardHook(() => {
      calls.push('second');
    });
    expect(layer.forward(zero)).toBe(zero);
    expect(calls).toEqual([['first', layer, zero, zero], 'second']);
    remove();
    remove();
    layer.forward(zero);
    expect(calls.slice(2)).toEqual(['second']);
  });

  it('replaces the output by what it returns, for the next hook too', () => {
    const layer = new Sequential(new Identity());
    const [one, two] = [tf.ones([1]), tf.ones([2])];
    layer.at(0).registerForwardHook(() => one);
    const seen = vi.fn();
    layer.at(0).registerForwardHook((_, __, output) => {
      seen(output);
      return two;
    });
    expect(layer.forward(zero)).toBe(two);
    expect(seen).toHaveBeenCalledWith(one);
  });

  it('fires once where forward calls super.forward, and leaves no trace when removed', () => {
    const layer = new Twice();
    const hook = vi.fn();
    const remove = layer.registerForwardHook((_, input) => hook(input));
    expect(Object.hasOwn(layer, 'forward')).toBe(true);
    tf.dispose(layer.forward(zero));
    expect(hook).toHaveBeenCalledTimes(1);
    remove();
    expect(Object.hasOwn(layer, 'forward')).toBe(false);
    expect(Object.keys(layer)).toEqual([]);
  });

  it('gives back a forward that was assigned to the instance', () => {
    const own = (x: tf.Tensor) => x;
    const layer = Object.assign(new Identity(), { forward: own });
    const remove = layer.registerForwardHook(() => {});
    expect(layer.forward).not.toBe(own);
    remove();
    expect(layer.forward).toBe(own);
  });

  it('may remove itself while it runs', () => {
    const layer = new Identity();
    const hook = vi.fn();
    const remove = layer.registerForwardHook(() => {
      remove();
    });
    layer.registerForwardHook(() => hook());
    layer.forward(zero);
    layer.forward(zero);
    expect(hook).toHaveBeenCalledTimes(2);
  });

  it('refuses what is no hook, and a hook that returns anything else', () => {
    const layer = new Identity();
    const wrong: unknown = 'log';
    expect(() => layer.registerForwardHook(wrong as () => void)).toThrow(
      'registerForwardHook: hook is "log"; expected a function. Write (module, input, output) => { … }.',
    );
    const outputs: tf.Tensor[] = [];
    const pushes: unknown = (_: Module, __: tf.Tensor, y: tf.Tensor) => outputs.push(y);
    const remove = layer.registerForwardHook(pushes as () => void);
    expect(() => layer.forward(zero)).toThrow(
      'forward hook of Identity: its result is 1; expected a tensor, which replaces the output, or undefined.',
    );
    remove();
    const returnsNull: unknown = () => null;
    layer.registerForwardHook(returnsNull as () => void);
    expect(() => layer.forward(zero)).toThrow('its result is null;');
  });
});

import '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs-core';
import { expectAllClose } from '@trainkit/testing';
import { describe, expect, it, vi } from 'vitest';
import { Identity, Linear, Module, Sequential, Tanh } from './index.js';

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

  it('replaces the output by its result, also for the next hook', () => {
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

  it('fires once if forward calls super.forward, and leaves no trace when removed', () => {
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

  it('restores a forward that was assigned to the instance', () => {
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

  it('refuses a value that is no hook, and a hook with an invalid result', () => {
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

  it('refuses an async hook, and says what to write', () => {
    const advice =
      'Write a hook that is not async: read tensors by dataSync(), or tf.keep them and read them after the pass.';
    const wrong: unknown = async () => {};
    const layer = new Identity();
    const remove = layer.registerForwardHook(wrong as () => void);
    expect(() => layer.forward(zero)).toThrow(
      `forward hook of Identity: its result is [object Promise]; expected a tensor, which replaces the output, or undefined. ${advice}`,
    );
    remove();
    layer.registerForwardPreHook(wrong as () => undefined);
    expect(() => layer.forward(zero)).toThrow(
      `forward pre-hook of Identity: its result is [object Promise]; expected an array of the input, which takes their place, or undefined. ${advice}`,
    );
  });
});

/** A layer whose inputs are two tensors, an object of options and a list of tensors. */
class Mixed extends Module {
  override forward(
    x: tf.Tensor,
    mask?: tf.Tensor | null,
    { scale = 1 }: { scale?: number } = {},
    ...more: readonly (readonly tf.Tensor[])[]
  ): tf.Tensor {
    const masked = mask ? tf.mul(x, mask) : x;
    return tf.addN([tf.mul(masked, scale), ...more.flat()]);
  }
}

/** A cell of two inputs and two outputs. */
class Cell extends Module<
  [x: tf.Tensor, h: tf.Tensor],
  { output: tf.Tensor; state: { h: tf.Tensor | null } }
> {
  readonly #layer = new Linear(2, 2);
  override forward(x: tf.Tensor, h: tf.Tensor) {
    const next = tf.tanh(tf.add(this.#layer.forward(x), h));
    return { output: tf.neg(next), state: { h: next } };
  }
}

const [x, mask, h] = [tf.tensor1d([1, 2]), tf.tensor1d([0, 1]), tf.ones([1, 2])];
const row = tf.tensor2d([[1, 2]]);

describe('a hook on a module of several inputs', () => {
  it.each<[string, Parameters<Mixed['forward']>]>([
    ['one', [x]],
    ['a mask', [x, mask]],
    ['undefined and options', [x, undefined, { scale: 3 }]],
    ['null, options and lists', [x, null, { scale: 2 }, [x, mask], [mask]]],
  ])('changes no output for %s, and sees all inputs as they were given', (_, inputs) => {
    const layer = new Mixed();
    const plain = Array.from(layer.forward(...inputs).dataSync());
    const calls: unknown[][] = [];
    const removals = [
      layer.registerForwardHook((...call) => void calls.push(['after', ...call])),
      layer.registerForwardPreHook((...call) => void calls.push(['before', ...call])),
    ];
    const output = layer.forward(...inputs);
    expect(Array.from(output.dataSync())).toEqual(plain);
    const [first, ...more] = inputs;
    expect(calls).toEqual([
      ['before', layer, inputs],
      ['after', layer, first, output, ...more],
    ]);
    for (const remove of removals) remove();
    expect(Object.hasOwn(layer, 'forward')).toBe(false);
  });

  it('may replace all inputs beforehand, for the next hook and for those afterwards too', () => {
    const layer = new Mixed();
    const seen: unknown[] = [];
    layer.registerForwardPreHook((_, [input]) => [input, mask, { scale: 10 }]);
    layer.registerForwardPreHook((_, inputs) => void seen.push(inputs));
    layer.registerForwardHook((_, input, __, ...more) => void seen.push([input, ...more]));
    expect(Array.from(layer.forward(x).dataSync())).toEqual([0, 20]);
    expect(seen).toEqual([
      [x, mask, { scale: 10 }],
      [x, mask, { scale: 10 }],
    ]);
  });

  it('refuses inputs that are no list or fewer than were given', () => {
    const layer = new Mixed();
    const single: unknown = (_: Module, [input]: [tf.Tensor]) => input;
    const remove = layer.registerForwardPreHook(single as () => void);
    expect(() => layer.forward(x)).toThrow(
      'forward pre-hook of Mixed: its result is a float32 tensor of shape [2]; expected an array of the input, which ' +
        'takes their place, or undefined. Write return [x].',
    );
    remove();
    layer.registerForwardPreHook((_, [input]) => [input]);
    layer.forward(x).dispose();
    expect(() => layer.forward(x, mask)).toThrow(
      'expected an array of all 2 inputs, which takes their place, or undefined. Write undefined for one that is left out.',
    );
    const text: unknown = 'log';
    expect(() => layer.registerForwardPreHook(text as () => void)).toThrow(
      'registerForwardPreHook: hook is "log"; expected a function. Write (module, inputs) => { … }.',
    );
  });

  it('sees several outputs, and replaces them by others of their form', () => {
    const cell = new Cell();
    const plain = cell.forward(row, h);
    const seen = vi.fn();
    let result: unknown;
    const hook: unknown = (_: Cell, __: tf.Tensor, output: unknown) => {
      seen(output);
      return result;
    };
    cell.registerForwardHook(hook as () => void);
    const hooked = cell.forward(row, h);
    expect(seen).toHaveBeenCalledWith(hooked);
    expectAllClose(hooked.output, plain.output, { atol: 0, rtol: 0 });
    for (const other of [
      { output: x, state: { h: x } },
      { output: x, state: { h: null } },
    ]) {
      result = other;
      expect(cell.forward(row, h)).toBe(other);
    }
    for (const other of [
      x,
      [x, x],
      { output: x },
      { output: 1, state: { h: x } },
      { output: x, state: x },
      null,
      1,
    ]) {
      result = other;
      expect(() => cell.forward(row, h), String(other)).toThrow(
        /^forward hook of Cell: its result is .*; expected what replaces the output \[object Object\], of its form, or undefined\.$/,
      );
    }
  });

  it('is refused a tensor for a tuple of tensors, and another number of them', () => {
    class Pair extends Module<[tf.Tensor], [tf.Tensor, tf.Tensor]> {
      override forward(input: tf.Tensor): [tf.Tensor, tf.Tensor] {
        return [input, input];
      }
    }
    for (const result of [x, [x], [x, x, x]] as unknown[]) {
      const pair = new Pair();
      pair.registerForwardHook((() => result) as () => void);
      expect(() => pair.forward(x)).toThrow('forward hook of Pair: its result is');
    }
    const pair = new Pair();
    pair.registerForwardHook((_, __, [, second]) => [mask, second]);
    expect(pair.forward(x)).toEqual([mask, x]);
  });

  it('has the gradients of a module without one', () => {
    const layer = new Mixed();
    const gradient = () =>
      tf
        .grad((at: tf.Tensor) => layer.forward(at, mask, { scale: 3 }))(x)
        .dataSync();
    const plain = gradient();
    layer.registerForwardHook(() => {});
    layer.registerForwardPreHook(() => {});
    expect(gradient()).toEqual(plain);
    expect(Array.from(plain)).toEqual([0, 3]);
  });
});

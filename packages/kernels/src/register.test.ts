import * as tf from '@tensorflow/tfjs-core';
import { expectAllClose } from '@trainkit/testing';
import { describe, expect, it, vi } from 'vitest';
import { defineKernel } from './index.js';

describe('the registration of a kernel', () => {
  const composite = ({ x }: { x: tf.Tensor }): [tf.Tensor] => [tf.square(x)];
  const gradient = () => ({});

  it('follows a backend that is switched, added and removed at run time', async () => {
    await tf.setBackend('cpu');
    const cpuFactory = tf.findBackendFactory('cpu');
    tf.registerBackend('another', cpuFactory);
    tf.copyRegisteredKernels('cpu', 'another');
    const x = tf.tensor1d([2]);
    const results: tf.Tensor[] = [];
    const ran: string[] = [];
    const square = defineKernel({
      name: 'TrainkitSwitched',
      composite: (inputs: { x: tf.Tensor }): [tf.Tensor] => {
        ran.push('composite');
        return composite(inputs);
      },
      gradient,
      wasm: (inputs) => {
        ran.push('wasm');
        return composite(inputs);
      },
    });
    for (const name of ['cpu', 'wasm', 'another', 'wasm', 'cpu']) {
      await tf.setBackend(name);
      results.push(square({ x })[0]);
    }
    for (const result of results) expectAllClose(result, [4]);
    tf.removeBackend('another');
    tf.registerBackend('another', cpuFactory);
    await tf.setBackend('another');
    const [again] = square({ x });
    expectAllClose(again, [4]);
    expect(ran).toEqual(['composite', 'wasm', 'composite', 'wasm', 'composite', 'composite']);
    tf.dispose([x, again, ...results]);
    await tf.setBackend('cpu');
    tf.removeBackend('another');
  });

  it('lets a module that is evaluated twice run its own code, without a warning', () => {
    const warn = vi.spyOn(console, 'warn');
    const declare = (factor: number) =>
      defineKernel({
        name: 'TrainkitTwice',
        composite: ({ x }: { x: tf.Tensor }) => [tf.mul(x, factor)],
        gradient: ([dy]) => ({ x: () => tf.mul(dy, factor) }),
      });
    const [first, second] = [declare(2), declare(3)];
    tf.tidy(() => {
      const x = tf.tensor1d([1]);
      const both = (at: tf.Tensor) => tf.add(first({ x: at })[0], second({ x: at })[0]);
      expectAllClose(both(x), [5]);
      expectAllClose(tf.grad(both)(x), [5]);
      expectAllClose(tf.grad((at) => first({ x: at })[0])(x), [2]);
    });
    expect(warn).not.toHaveBeenCalled();
    warn.mockRestore();
  });

  it('keeps the registration of another copy of the package', async () => {
    vi.resetModules();
    const copy = await import('./index.js');
    expect(copy.defineKernel).not.toBe(defineKernel);
    const first = defineKernel({ name: 'TrainkitCopied', composite, gradient });
    const second = copy.defineKernel({
      name: 'TrainkitCopied',
      composite: ({ x }: { x: tf.Tensor }) => [tf.neg(x)],
      gradient,
    });
    tf.tidy(() => {
      const x = tf.tensor1d([3]);
      for (const kernel of [first, second, first]) expectAllClose(kernel({ x })[0], [9]);
    });
  });

  it('refuses two ops of one name', () => {
    defineKernel({ name: 'TrainkitClash', composite, gradient });
    defineKernel({ name: 'TrainkitClash', composite, gradient });
    const other = ({ x }: { x: tf.Tensor }): [tf.Tensor] => [tf.neg(x)];
    for (const declare of [
      () => defineKernel({ name: 'TrainkitClash', composite: other, gradient }),
      () => defineKernel({ name: 'TrainkitClash', composite, gradient, cpu: other }),
      () => defineKernel({ name: 'TrainkitClash', composite }),
      () => defineKernel({ name: 'TrainkitClash', composite, gradient, visible: 1 }),
    ]) {
      expect(declare).toThrow(
        "defineKernel: there is another kernel 'TrainkitClash', and a name belongs to one op. Give one of them another " +
          'name; if you have just edited it under hot module replacement, reload the page.',
      );
    }
  });

  it('refuses a declaration that cannot be registered', () => {
    expect(() => defineKernel({ name: 'Square' as 'TrainkitSquare', composite, gradient })).toThrow(
      `defineKernel: name is "Square"; expected a name that starts with 'Trainkit', since all libraries share ` +
        "TensorFlow.js' registry. Write 'TrainkitSquare'.",
    );
    expect(() => defineKernel({ name: 'TrainkitZero', visible: 0, composite, gradient })).toThrow(
      'defineKernel: visible of TrainkitZero is 0; expected a whole number of at least 1.',
    );
    expect(() =>
      defineKernel({ name: 'TrainkitBack', save: { outputs: [1, 0] }, composite, gradient }),
    ).toThrow(
      'defineKernel: save.outputs of TrainkitBack is [1, 0]; expected numbers of outputs, counted from 0, ascending.',
    );
  });

  it('refuses an invalid result of a version', () => {
    const x = tf.tensor1d([1]);
    const returning = (name: `Trainkit${string}`, value: unknown) => () =>
      defineKernel({
        name,
        visible: 1,
        save: { outputs: [1] },
        composite: (_: { x: tf.Tensor }) => value as [tf.Tensor, tf.Tensor],
        gradient,
      })({ x });
    expect(returning('TrainkitFew', [x])).toThrow(
      "TrainkitFew: the result of the version for 'cpu' is [a float32 tensor of shape [1]]; expected at least 2 tensors: " +
        'the visible outputs, and all that are saved.',
    );
    expect(returning('TrainkitBare', x)).toThrow(
      "'cpu' is a float32 tensor of shape [1]; expected an array of tensors.",
    );
    expect(returning('TrainkitNumber', [x, 3])).toThrow(
      "'cpu' is [a float32 tensor of shape [1], 3]; expected an array of tensors.",
    );
    x.dispose();
  });
});

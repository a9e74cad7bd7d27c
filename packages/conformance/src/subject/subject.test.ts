import * as tf from '@tensorflow/tfjs-core';
import { describeBackends } from '@trainkit/testing';
import { describe, expect, test } from 'vitest';
import { construct } from './construct.js';
import { LayerSubject } from './layer.js';
import { disposingCreated } from './tensor-scope.js';

describe('construct', () => {
  function Old(this: { size?: unknown }, size: unknown) {
    this.size = size;
  }
  test.each([
    [
      'a class',
      class {
        readonly size: unknown;
        constructor(size: unknown) {
          this.size = size;
        }
      },
    ],
    ['a class of the old kind', Old],
    [
      'a function that returns an object',
      function factory(size: unknown) {
        return { size };
      },
    ],
    ['an arrow function', (size: unknown) => ({ size })],
  ])('calls %s by its own convention', (_, maker) => {
    expect(construct(maker, [4])).toMatchObject({ size: 4 });
  });

  test('names the received value', () => {
    expect(() => construct(4, [])).toThrow(
      new TypeError('the subject is 4; expected a class or a factory function.'),
    );
  });
});

describeBackends('LayerSubject', () => {
  const x = { data: [1, 2], shape: [2] };
  const double = (input: tf.Tensor, training: unknown) => tf.mul(input, training ? 2 : 1);
  const mode = { training: true };
  const ways = {
    'train() and eval()': {
      on: true,
      train() {
        this.on = true;
      },
      eval() {
        this.on = false;
      },
      forward(t: tf.Tensor) {
        return double(t, this.on);
      },
    },
    'train(flag)': {
      on: true,
      train(flag = true) {
        this.on = flag;
      },
      forward(t: tf.Tensor) {
        return double(t, this.on);
      },
    },
    'setTraining(flag)': {
      on: true,
      setTraining(flag: boolean) {
        this.on = flag;
      },
      apply(t: tf.Tensor) {
        return double(t, this.on);
      },
    },
    'a property training': {
      ...mode,
      call(t: tf.Tensor) {
        return double(t, this.training);
      },
    },
    'a second argument': { forward: double },
    'a second argument of a function': double,
  };
  test.each(Object.entries(ways))('switches by %s', (_, layer) => {
    disposingCreated(() => {
      const subject = new LayerSubject(layer, 'Layer');
      expect([subject.run(x, false), subject.run(x, true)]).toEqual([
        [1, 2],
        [2, 4],
      ]);
    });
  });

  test.each([
    [undefined, 'Layer: forward returned undefined; expected a tf.Tensor. Is there a return?'],
    [Promise.resolve(), 'Layer: forward returned [object Promise]; expected a tf.Tensor. Write it without'],
    [[1, 2], 'Layer: forward returned [1, 2]; expected a tf.Tensor.'],
  ])('explains the error of %j', (output, message) => {
    disposingCreated(() => {
      expect(() => new LayerSubject({ forward: () => output }, 'Layer').run(x, true)).toThrow(message);
    });
  });

  test('describes the expected layer', () => {
    expect(() => new LayerSubject({}, 'Layer')).toThrow(
      'Layer has no method forward. Write: forward(x: tf.Tensor): tf.Tensor { … }',
    );
    expect(() => new LayerSubject(3, 'Layer')).toThrow(
      'Layer gave 3; expected a layer with a method forward.',
    );
  });

  test('reads and writes a property by any of its names', () => {
    disposingCreated(() => {
      const layer = { forward: double, gamma: tf.variable(tf.ones([2])), beta: [0, 0], shift: tf.zeros([2]) };
      const subject = new LayerSubject(layer, 'Layer');
      for (const names of [['weight', 'gamma'], ['beta'], ['shift']]) {
        subject.write(names, [5, 6]);
        expect(subject.read(names)).toEqual([5, 6]);
      }
      expect(() => subject.read(['runningMean'])).toThrow(
        'There is no property runningMean. Write: this.runningMean = tf.variable(…)',
      );
    });
  });
});

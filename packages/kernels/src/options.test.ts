import * as tf from '@tensorflow/tfjs-core';
import { describeBackends } from '@trainkit/testing';
import { describeOptions } from '@trainkit/testing/options';
import { expect, it } from 'vitest';
import { defineKernel } from './index.js';
import { nativeOps } from './node.js';

describeOptions({});
describeOptions({}, { entry: './capture' });
describeOptions({}, { entry: './native' });
describeOptions({}, { entry: './wasm' });

describeBackends(
  'native ops',
  () => {
    const none = {} as never;
    describeOptions(
      {
        'NativeOps.matMul': (options) => nativeOps().matMul(none, none, options),
        'NativeOps.applyAdam': (options) => nativeOps().applyAdam(none, none, options),
        'NativeOps.applyAdamWithAmsgrad': (options) => nativeOps().applyAdamWithAmsgrad(none, none, options),
        'NativeOps.applyGradientDescent': (options) => nativeOps().applyGradientDescent(none, none, options),
        'NativeOps.applyMomentum': (options) => nativeOps().applyMomentum(none, none, options),
      },
      { entry: './node' },
    );
  },
  { backends: ['tensorflow'] },
);

it('a declaration with a version for a backend that does not exist is refused', () => {
  const declaration = {
    name: 'TrainkitMisspelled' as const,
    composite: ({ x }: { x: tf.Tensor }): [tf.Tensor] => [tf.relu(x)],
    tensorfow: ({ x }: { x: tf.Tensor }): [tf.Tensor] => [x],
  };
  expect(() => defineKernel(declaration)).toThrow(
    /^defineKernel: received the unknown option "tensorfow"; .* Write tensorflow: …\.$/,
  );
});

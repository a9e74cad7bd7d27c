import * as tf from '@tensorflow/tfjs-core';
import { expectTypeOf, it } from 'vitest';
import {
  AdamW,
  type Clipped,
  clipGradNorm,
  type DecayGroup,
  type DecayGroupsOptions,
  decayGroups,
} from './index.js';

// Types alone: the function is never called.
const _types = (
  grads: tf.NamedTensorMap,
  weight: tf.Variable,
  options: DecayGroupsOptions,
  model: { readonly trainableWeights: readonly { read(): tf.Tensor }[]; parameters(): tf.Variable[] },
) => {
  // What has tensors in it may leave a tidy.
  expectTypeOf(tf.tidy(() => clipGradNorm(grads, 1))).toEqualTypeOf<Clipped<tf.NamedTensorMap>>();
  expectTypeOf(decayGroups([weight], options)).toEqualTypeOf<
    [decayed: DecayGroup<tf.Variable>, spared: DecayGroup<tf.Variable>]
  >();
  const optimizer = new AdamW(decayGroups([['weight', weight]]));
  expectTypeOf(optimizer.minimize(() => tf.scalar(0))).toEqualTypeOf<tf.Scalar | null>();
  expectTypeOf(optimizer.minimize(() => tf.scalar(0), true)).toEqualTypeOf<tf.Scalar>();
  // @ts-expect-error weights of a tf.LayersModel are no variables
  new AdamW(model.trainableWeights);
  // @ts-expect-error the method is to be called
  new AdamW(model.parameters);
  // @ts-expect-error the model is no list
  new AdamW(model);
  // @ts-expect-error a loss is no promise
  optimizer.minimize(async () => tf.scalar(0));
  // @ts-expect-error a loss is a scalar
  optimizer.minimize(() => tf.ones([2]) as tf.Tensor1D);
  // @ts-expect-error PyTorch's
  optimizer.zeroGrad();
};

it('what optimizers take and give has types', () => {
  expectTypeOf(_types).toBeFunction();
});

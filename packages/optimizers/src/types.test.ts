import * as tf from '@tensorflow/tfjs-core';
import { expectTypeOf, it } from 'vitest';
import {
  AdamW,
  type Clipped,
  clipGradNorm,
  type DecayGroup,
  type DecayGroupsOptions,
  decayGroups,
  LBFGS,
  type MinimizeOptions,
} from './index.js';

// Types alone: the function is never called.
const _types = (
  grads: tf.NamedTensorMap,
  weight: tf.Variable,
  options: DecayGroupsOptions,
  given: MinimizeOptions,
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
  const loss = () => tf.scalar(0);
  const part = (x: tf.Tensor) => ({ sum: tf.sum<tf.Scalar>(x), count: 3 });
  const parts = [tf.ones([1])];
  // With options nothing is null, and what was not asked for is not there.
  expectTypeOf(optimizer.minimize(loss, {})).toEqualTypeOf<{ loss: tf.Scalar }>();
  expectTypeOf(optimizer.minimize(loss, { clipGradNorm: 1 })).toEqualTypeOf<{ loss: tf.Scalar }>();
  expectTypeOf(
    optimizer.minimize(loss, { clipGradNorm: 1, gradNorm: true }).gradNorm,
  ).toEqualTypeOf<tf.Scalar>();
  expectTypeOf(
    optimizer.minimize(() => ({ loss: loss(), aux: { accuracy: loss() } }), { aux: true }).aux,
  ).toEqualTypeOf<{ accuracy: tf.Scalar }>();
  expectTypeOf(optimizer.minimize(part, { accumulate: parts }).loss).toEqualTypeOf<tf.Scalar>();
  const withAux = optimizer.minimize((x: tf.Tensor) => ({ ...part(x), aux: 'name' }), {
    ...{ accumulate: parts, gradNorm: true, aux: true },
  } as const);
  expectTypeOf(withAux.aux).toEqualTypeOf<string[]>();
  expectTypeOf(withAux.gradNorm).toEqualTypeOf<tf.Scalar>();
  expectTypeOf(optimizer.minimize(loss, given).gradNorm).toEqualTypeOf<tf.Scalar | undefined>();
  // @ts-expect-error the norm was not asked for
  optimizer.minimize(loss, { clipGradNorm: 1 }).gradNorm;
  // @ts-expect-error a part without its count would be weighed as any other
  optimizer.minimize(loss, { accumulate: parts });
  // @ts-expect-error no option has this name
  optimizer.minimize(loss, { clipNorm: 1 });
  // @ts-expect-error the loss alone has nothing beside it
  optimizer.minimize(loss, { aux: true });
  // @ts-expect-error parts of another type
  optimizer.minimize(part, { accumulate: ['a'] });
  // @ts-expect-error its steps are lengths along a line
  new LBFGS([weight]).minimize(loss, { clipGradNorm: 1 });
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

// One matrix product of `tf.matMul` on native. The result is not read, since the product is
// complete when the call returns.
import * as tf from '@tensorflow/tfjs';
import { useFastestBackend } from '@trainkit/backend';
import { serve, task } from './serve.js';

const { product } = task();
if (product === undefined)
  throw new Error(
    'product.js received a task without `product`; expected { "product": [m, k, n, transposeA, transposeB] }',
  );
const [m, k, n, transposeA, transposeB] = product;
await useFastestBackend({ prefer: 'native' });
const a = tf.randomNormal(transposeA ? [k, m] : [m, k]);
const b = tf.randomNormal(transposeB ? [n, k] : [k, n]);
await serve('Trainkit, native, tf.matMul', () => tf.matMul(a, b, transposeA, transposeB).dispose());

import { runInNewContext } from 'node:vm';
import * as tf from '@tensorflow/tfjs';
import { expect, it } from 'vitest';
import { flatten, unflatten } from './structure.js';

it('finds the tensors of a plain object of another realm, as a worker or a frame sends them', () => {
  const x = tf.scalar(1);
  const given: object = Object.assign(runInNewContext('({})'), { x, n: 2 });
  const { structure, tensors } = flatten([given]);
  expect(tensors).toEqual([x]);
  expect(unflatten(structure, tensors)).toEqual([{ x, n: 2 }]);
  x.dispose();
});

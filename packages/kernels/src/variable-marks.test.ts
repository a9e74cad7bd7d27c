import * as tf from '@tensorflow/tfjs';
import { expect, it } from 'vitest';
import { marksOf, markVariable } from './index.js';

it('keeps the marks of a variable, and hides them from enumeration', () => {
  tf.tidy(() => {
    const [marked, other] = [tf.variable(tf.ones([1])), tf.variable(tf.ones([1]))];
    const keys = Object.keys(marked);
    markVariable(marked, { decay: false, pytorchAxes: [0] });
    markVariable(marked, { kind: 'buffer', decay: undefined });
    expect(marksOf(marked)).toEqual({ kind: 'buffer', decay: false, pytorchAxes: [0] });
    markVariable(marked, { kind: 'parameter' });
    expect(marksOf(marked).kind).toBe('parameter');
    expect(Object.keys(marked)).toEqual(keys);
    expect([marksOf(other), marksOf(tf.ones([1]))]).toEqual([{}, {}]);
    tf.dispose([marked, other]);
  });
});

it('is known to other copies of the packages by the same keys', () => {
  const variable = tf.tidy(() => tf.variable(tf.ones([1])));
  Object.defineProperty(variable, Symbol.for('@trainkit/nn.decay'), { value: true });
  expect(marksOf(variable)).toEqual({ decay: true });
  variable.dispose();
});

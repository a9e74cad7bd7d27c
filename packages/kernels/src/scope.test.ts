import * as tf from '@tensorflow/tfjs';
import { describeBackends } from '@trainkit/testing';
import { expect, it } from 'vitest';
import { tidyOutputs } from './scope.js';

describeBackends('the scope of a kernel', () => {
  it('keeps the returned tensors and frees the rest', () => {
    const before = tf.memory().numTensors;
    const [all] = tidyOutputs(() => [tf.scalar(1)]);
    const [some] = tidyOutputs(() => [tf.add(tf.scalar(1), 2)]);
    expect(tf.memory().numTensors).toBe(before + 2);
    expect([...all!.dataSync(), ...some!.dataSync()]).toEqual([1, 3]);
    tf.dispose([all!, some!]);
    expect(tf.memory().numTensors).toBe(before);
  });

  it('passes the returned tensors to the enclosing tidy, in any order', () => {
    const before = tf.memory().numTensors;
    tf.tidy(() => {
      tidyOutputs(() => [tf.scalar(1), tf.scalar(2)].reverse());
      tidyOutputs(() => {
        tf.scalar(3);
        return [tf.scalar(4)];
      });
      expect(tf.memory().numTensors).toBe(before + 3);
    });
    expect(tf.memory().numTensors).toBe(before);
  });

  it('does not free kept and earlier tensors', () => {
    const before = tf.memory().numTensors;
    const kept = tf.tidy(() => tidyOutputs(() => [tf.keep(tf.scalar(1))]));
    const old = tf.scalar(2);
    tf.tidy(() => {
      const inner = tidyOutputs(() => {
        tf.scalar(3);
        return [old];
      });
      expect(inner).toEqual([old]);
    });
    expect(tf.memory().numTensors).toBe(before + 2);
    tf.dispose([...kept, old]);
    expect(tf.memory().numTensors).toBe(before);
  });

  it('frees everything if the body throws, and leaves no scope open', () => {
    const before = tf.memory().numTensors;
    const fail = () => {
      tf.scalar(1);
      throw new Error('no outputs');
    };
    expect(() => tidyOutputs(fail)).toThrow('no outputs');
    expect(tf.memory().numTensors).toBe(before);
    expect(tf.engine().state.scopeStack).toHaveLength(0);
  });
});

import * as tf from '@tensorflow/tfjs';
import { describeBackends } from '@trainkit/testing';
import { expect, it } from 'vitest';
import { batches, expectSameTraining, type Training } from '../fixtures/twins.js';
import { capture } from './index.js';

/** Rows of 6 features, as the batches have. */
const vector = (value: number) => tf.tidy(() => tf.fill([6], value));
const variable = (value: number) => tf.tidy(() => tf.variable(vector(value)));

/**
 * The tensors that share data when the step is recorded, and is taken apart, or changed, after some
 * of its runs.
 */
const TRAININGS: [title: string, make: () => Training][] = [
  [
    'a copy that was made of a variable before',
    () => {
      const weight = variable(1);
      const anchor = weight.clone();
      return {
        step: (x) => tf.sum(tf.mul(x, tf.square(tf.sub(weight, anchor)))),
        after: (_, index) => index === 5 && tf.tidy(() => weight.assign(vector(3))),
        variables: () => [weight],
        dispose: () => tf.dispose([weight, anchor]),
      };
    },
  ],
  [
    'variables that were made of one tensor',
    () => {
      const zero = vector(0);
      const [scale, shift] = [tf.variable(zero), tf.variable(zero)];
      return {
        step: (x) => tf.add(tf.mul(x, scale), shift),
        after: (_, index) => {
          if (index === 4) tf.tidy(() => scale.assign(vector(3)));
          if (index === 8) tf.tidy(() => shift.assign(vector(5)));
        },
        variables: () => [scale, shift],
        dispose: () => tf.dispose([zero, scale, shift]),
      };
    },
  ],
  [
    'networks of which one took over the other’s weights',
    () => {
      const [online, target] = [variable(1), variable(2)];
      target.assign(online);
      return {
        step: (x) => ({ online: tf.sum(tf.mul(x, online)), target: tf.sum(tf.mul(x, target)) }),
        after: (_, index) => {
          if (index === 4) tf.tidy(() => online.assign(vector(5)));
          if (index === 8) target.assign(online);
          if (index === 11) tf.tidy(() => target.assign(vector(7)));
        },
        variables: () => [online, target],
        dispose: () => tf.dispose([online, target]),
      };
    },
  ],
  [
    'a network that takes over the other’s weights in the step',
    () => {
      const [online, target] = [variable(1), variable(2)];
      return {
        step: (x) => {
          target.assign(online);
          return tf.sum(tf.mul(x, target));
        },
        after: (_, index) => {
          if (index === 6 || index === 10) tf.tidy(() => online.assign(vector(index)));
        },
        variables: () => [online, target],
        dispose: () => tf.dispose([online, target]),
      };
    },
  ],
  [
    'a variable that is trained in the step, and its copy that is not',
    () => {
      const [online, target] = [variable(1), variable(2)];
      return {
        step: (x) => {
          online.assign(tf.add(online, tf.mean(x, 0)));
          return tf.sum(tf.mul(x, tf.add(target, online)));
        },
        after: (_, index) => {
          // Together in the recorded runs, then apart.
          if (index < 5 || index === 9) target.assign(online);
        },
        variables: () => [online, target],
        dispose: () => tf.dispose([online, target]),
      };
    },
  ],
];

describeBackends(
  'a captured step tells apart',
  () => {
    it.each(TRAININGS)('%s', (_, make) => {
      expectSameTraining(make, batches(18));
    });

    it('an argument and a copy of one that the step knows', () => {
      const first = tf.tidy(() => tf.tensor1d([1, 2]));
      const copy = first.clone();
      const step = capture((x: tf.Tensor) => tf.sub(x, copy));
      const other = tf.tensor1d([5, 5]);
      tf.tidy(() => {
        for (let i = 0; i < 4; i++) expect([...step(first).dataSync()]).toEqual([0, 0]);
        expect(step.status.mode).toBe('replaying');
        for (let i = 0; i < 4; i++) expect([...step(other).dataSync()]).toEqual([4, 3]);
        expect(step.status).toMatchObject({ mode: 'replaying', graphs: 2 });
        expect([...step(first).dataSync()]).toEqual([0, 0]);
      });
      step.dispose();
      tf.dispose([first, copy, other]);
    });

    it('an argument and the very tensor that the step holds', () => {
      const held = tf.tensor1d([1, 2]);
      const step = capture((x: tf.Tensor) => ({ difference: tf.sub(x, held), x, held }));
      const call = (x: tf.Tensor) => {
        const { difference, ...same } = step(x);
        expect(same.x).toBe(x);
        expect(same.held).toBe(held);
        const numbers = [...difference.dataSync()];
        difference.dispose();
        return numbers;
      };
      for (let i = 0; i < 4; i++) expect(call(held)).toEqual([0, 0]);
      expect(step.status).toMatchObject({ mode: 'replaying', replayed: 2 });
      for (let i = 0; i < 4; i++) {
        const other = tf.tensor1d([5, i]);
        expect(call(other)).toEqual([4, i - 2]);
        other.dispose();
      }
      expect(step.status).toMatchObject({ mode: 'replaying', replayed: 4, graphs: 2 });
      expect(call(held)).toEqual([0, 0]);
      expect(step.status.replayed).toBe(5);
      step.dispose();
      held.dispose();
    });

    it('one batch that comes again and again from another, by one more recorded call', () => {
      const step = capture((x: tf.Tensor) => tf.mul(x, 2));
      tf.tidy(() => {
        const one = tf.tensor1d([1, 2]);
        for (let i = 0; i < 5; i++) expect([...step(one).dataSync()]).toEqual([2, 4]);
        for (let i = 0; i < 5; i++) expect([...step(tf.tensor1d([i, i])).dataSync()]).toEqual([2 * i, 2 * i]);
        expect(step.status).toEqual({ mode: 'replaying', reason: null, replayed: 7, graphs: 1 });
      });
      step.dispose();
    });

    it('nothing where batches are other shapes of tensors that are kept', () => {
      const kept = tf.tidy(() => Array.from({ length: 6 }, (_, i) => tf.fill([2, 2], i)));
      const step = capture((x: tf.Tensor) => tf.sum(x));
      tf.tidy(() => {
        for (const [i, tensor] of kept.entries())
          expect(step(tf.reshape(tensor, [4])).dataSync()[0]).toBe(4 * i);
      });
      expect(step.status).toEqual({ mode: 'replaying', reason: null, replayed: 4, graphs: 1 });
      step.dispose();
      tf.dispose(kept);
    });
  },
  { backends: ['tensorflow', 'native'] },
);

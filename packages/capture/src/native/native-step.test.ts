import * as tf from '@tensorflow/tfjs';
import { filledTensor } from '@trainkit/kernels';
import { freshScalar, freshTensor, sideEffect } from '@trainkit/kernels/capture';
import { nativeKernels } from '@trainkit/kernels/native';
import { describeBackends } from '@trainkit/testing';
import { expect, it } from 'vitest';
import { capture } from '../index.js';

/** relu(x) in the memory of `x`, which is given up. */
function reluInPlace(x: tf.Tensor): tf.Tensor {
  const kernels = nativeKernels();
  const y = kernels.donate(x, true);
  kernels.run('relu', [y, y], [x.size]);
  return y;
}

/** A captured step that must be replayed. */
function replayed<Args extends readonly unknown[], Result>(step: (...args: Args) => Result) {
  return capture(step, {
    onEager: (reason) => {
      throw new Error(reason);
    },
  });
}

function makeVariable(values: number[]): tf.Variable {
  return tf.tidy(() => tf.variable(tf.tensor1d(values)));
}

const valuesOf = (tensor: tf.Tensor) => [...tensor.dataSync()];

/**
 * Calls a step until it is replayed, and twice more: the first replay still copies what the check
 * of the plan has read.
 */
function settle(step: () => void): void {
  for (let i = 0; i < 4; i++) step();
}

describeBackends(
  'a replay on native',
  () => {
    it('updates a variable in its own memory', () => {
      const weight = makeVariable([-1, 2]);
      const step = replayed(() => weight.assign(reluInPlace(weight)));
      settle(() => tf.tidy(() => void step()));
      const { dataId } = weight;
      step();
      expect(weight.dataId).toBe(dataId);
      expect(valuesOf(weight)).toEqual([0, 2]);
      step.dispose();
      weight.dispose();
    });

    it('leaves alone what others hold of a variable: a clone, and an array that was read', () => {
      const weight = makeVariable([0, 0]);
      const step = replayed(() => weight.assign(reluInPlace(weight)));
      settle(() => step());
      tf.tidy(() => {
        weight.assign(tf.tensor1d([-1, 2]));
        const clone = weight.clone();
        step();
        expect(valuesOf(clone)).toEqual([-1, 2]);
        expect(valuesOf(weight)).toEqual([0, 2]);
      });
      const array = new Float32Array([-3, 4]);
      tf.tidy(() => weight.assign(tf.tensor1d(array)));
      const read = weight.dataSync();
      step();
      expect([...read]).toEqual([-3, 4]);
      expect([...array]).toEqual([-3, 4]);
      expect(valuesOf(weight)).toEqual([0, 4]);
      step.dispose();
      weight.dispose();
    });

    it('does not overwrite results that are kept', () => {
      const step = replayed((x: tf.Tensor) => tf.relu(x));
      const counts = [1, 2, 3, 4, 5, 6, 7, 8];
      const kept = counts.map((i) => tf.tidy(() => step(tf.tensor1d([i, -i, 2 * i]))));
      expect(kept.map(valuesOf)).toEqual(counts.map((i) => [i, 0, 2 * i]));
      expect(step.status.replayed).toBe(6);
      tf.dispose(kept);
      step.dispose();
    });

    it('keeps the old value of a variable that is returned beside the new one', () => {
      const weight = makeVariable([-1, 2]);
      const step = replayed(() => {
        const before = tf.clone(weight);
        weight.assign(reluInPlace(weight));
        return before;
      });
      for (let i = 1; i <= 6; i++) {
        tf.tidy(() => {
          weight.assign(tf.tensor1d([-i, i]));
          expect(valuesOf(step())).toEqual([-i, i]);
          expect(valuesOf(weight)).toEqual([0, i]);
        });
      }
      step.dispose();
      weight.dispose();
    });

    it('returns the new value of a variable as a tensor that the next replay leaves alone', () => {
      const weight = makeVariable([-1, 2]);
      const step = replayed((x: tf.Tensor) => {
        weight.assign(reluInPlace(x));
        return tf.reshape(weight, [2, 1]);
      });
      const kept: tf.Tensor[] = [];
      const counts = [1, 2, 3, 4, 5, 6];
      for (const i of counts) kept.push(tf.tidy(() => step(tf.tensor1d([-i, i]))));
      expect(kept.map(valuesOf)).toEqual(counts.map((i) => [0, i]));
      expect(kept.map(({ shape }) => shape)).toEqual(counts.map(() => [2, 1]));
      tf.dispose(kept);
      step.dispose();
      weight.dispose();
    });

    it('swaps variables, and gives one the argument', () => {
      const [a, b, c] = [makeVariable([1]), makeVariable([2]), makeVariable([3])];
      const step = replayed((x: tf.Tensor) => {
        const before = tf.clone(a);
        a.assign(b);
        b.assign(before);
        c.assign(x);
      });
      for (let i = 0; i < 7; i++) tf.tidy(() => step(tf.tensor1d([10 + i])));
      expect([a, b, c].map((variable) => valuesOf(variable)[0])).toEqual([2, 1, 16]);
      expect(step.status.replayed).toBe(5);
      step.dispose();
      tf.dispose([a, b, c]);
    });

    it('draws inputs and numbers anew, also where they are what is returned', () => {
      let count = 0;
      const step = replayed((x: tf.Tensor) => {
        sideEffect(
          () => void count++,
          () => void count--,
        );
        const input = freshTensor(() => tf.tensor1d([count, -count]));
        return {
          x: tf.relu(x),
          input,
          relu: tf.relu(input),
          number: freshScalar(() => count / 3),
          one: tf.scalar(1),
        };
      });
      for (let i = 1; i <= 6; i++) {
        tf.tidy(() => {
          const { x, input, relu, number, one } = step(tf.tensor1d([i]));
          expect(valuesOf(x)).toEqual([i]);
          expect(valuesOf(input)).toEqual([i, -i]);
          expect(valuesOf(relu)).toEqual([i, 0]);
          expect(valuesOf(number)).toEqual([Math.fround(i / 3)]);
          expect(valuesOf(one)).toEqual([1]);
        });
      }
      expect(step.status.replayed).toBe(4);
      step.dispose();
    });

    it('changes nothing where an array of an argument is gone', () => {
      const weight = makeVariable([-1, 2]);
      const step = replayed((x: tf.Tensor) => {
        weight.assign(reluInPlace(weight));
        return tf.relu(x);
      });
      const size = 3;
      settle(() => tf.tidy(() => void step(tf.ones([size]))));
      const values = new Float32Array(size);
      tf.tidy(() => {
        const x = tf.tensor1d(values);
        structuredClone(values, { transfer: [values.buffer] });
        expect(() => step(x)).toThrow(
          'plan: an array that it is given is missing, detached, or of another length or type than in the plan',
        );
        weight.assign(tf.tensor1d([-5, 5]));
        step(tf.ones([size]));
      });
      expect(valuesOf(weight)).toEqual([0, 5]);
      step.dispose();
      weight.dispose();
    });

    it('gives a variable back its value where a kernel refuses indices after the update', () => {
      const weight = makeVariable([-1, 2]);
      const step = replayed((rows: tf.Tensor1D) => {
        weight.assign(reluInPlace(weight));
        return tf.gather(weight, rows);
      });
      const call = (row: number) => tf.tidy(() => void step(tf.tensor1d([0, row], 'int32')));
      settle(() => call(1));
      tf.tidy(() => weight.assign(tf.neg(tf.tensor1d([3, 4]))));
      expect(() => call(2)).toThrow(
        'capture: gather failed in a replay, which has changed nothing: the index value 2 is not in [0, 1].',
      );
      expect(valuesOf(weight)).toEqual([-3, -4]);
      call(0);
      expect(valuesOf(weight)).toEqual([0, 0]);
      step.dispose();
      weight.dispose();
    });

    it('replays a tensor that JavaScript fills with the same numbers in each run', () => {
      const step = replayed((x: tf.Tensor) =>
        tf.add(
          x,
          filledTensor([2], (values) => values.fill(3)),
        ),
      );
      for (let i = 0; i < 5; i++) {
        tf.tidy(() => {
          expect(valuesOf(step(tf.tensor1d([i, -i])))).toEqual([3 + i, 3 - i]);
        });
      }
      expect(step.status.replayed).toBe(3);
      step.dispose();
    });

    it('says of a tensor that JavaScript fills with other numbers that these change', () => {
      const reasons: string[] = [];
      let count = 0;
      const step = capture(
        (x: tf.Tensor) =>
          tf.add(
            x,
            filledTensor([1], (values) => values.fill(count)),
          ),
        {
          onEager: (reason) => reasons.push(reason),
        },
      );
      for (count = 1; count <= 9; count++) {
        tf.tidy(() => {
          expect(valuesOf(step(tf.tensor1d([1])))).toEqual([1 + count]);
        });
      }
      expect(reasons).toEqual([expect.stringContaining('constant')]);
      step.dispose();
    });

    const cumulative = tf.customGrad((x) => ({
      value: tf.relu(x as tf.Tensor),
      gradFunc: () => tf.cumprod(x as tf.Tensor),
    }));

    it.each<[title: string, step: (x: tf.Tensor) => tf.Tensor, reason: RegExp]>([
      ['has no native kernel', (x) => tf.cumprod(x), /^the op Cumprod has no native kernel$/],
      [
        'has none in a gradient',
        (x) => tf.grad((y) => cumulative(y))(x),
        /^the op Cumprod, in the gradient of .+, has no native kernel$/,
      ],
    ])('stays eager where an op %s', (_, make, reason) => {
      const told: string[] = [];
      const step = capture(make, { onEager: (why) => told.push(why) });
      for (let i = 0; i < 7; i++) tf.tidy(() => void step(tf.ones([2])));
      expect(told).toEqual([expect.stringMatching(reason)]);
      step.dispose();
    });

    it('replays what the cpu backend makes of constants alone', () => {
      const step = replayed((x: tf.Tensor) => ({
        y: tf.relu(x),
        constant: tf.cumsum(tf.tensor1d([2, 2, 2])),
        zeros: tf.zerosLike(x),
      }));
      for (let i = 0; i < 5; i++) {
        tf.tidy(() => {
          const { y, constant, zeros } = step(tf.tensor1d([i]));
          expect([valuesOf(y), valuesOf(constant), valuesOf(zeros)]).toEqual([[i], [2, 4, 6], [0]]);
        });
      }
      expect(step.status.replayed).toBe(3);
      step.dispose();
    });
  },
  { backends: ['native'] },
);

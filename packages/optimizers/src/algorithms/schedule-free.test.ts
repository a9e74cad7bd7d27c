import * as tf from '@tensorflow/tfjs-core';
import { describeBackends, stepOnce, variable } from '@trainkit/testing';
import { describe, expect, it } from 'vitest';
import { ScheduleFreeAdamW, ScheduleFreeSGD } from '../index.js';

function made() {
  const [x, unused] = [variable([3, -2]), variable(7)];
  const optimizer = new ScheduleFreeAdamW([x, unused], { learningRate: 0.3 });
  for (let i = 0; i < 5; i++) stepOnce(optimizer, [x], [[Math.sin(i), 1]]);
  return {
    x,
    optimizer,
    free: () => {
      optimizer.dispose();
      tf.dispose([x, unused]);
    },
  };
}

describeBackends('a schedule-free optimizer', () => {
  it('swaps to the averages and back to the same bytes, however often it is asked', () => {
    const { x, optimizer, free } = made();
    const [training, tensors] = [x.arraySync(), tf.memory().numTensors];
    optimizer.eval();
    const average = x.arraySync();
    optimizer.eval();
    expect(average).not.toEqual(training);
    expect([x.arraySync(), optimizer.isEvaluating]).toEqual([average, true]);
    optimizer.train();
    optimizer.train();
    expect([x.arraySync(), optimizer.isEvaluating, tf.memory().numTensors]).toEqual([
      training,
      false,
      tensors,
    ]);
    expect(optimizer.evaluate(() => optimizer.evaluate(() => x.arraySync()))).toEqual(average);
    expect(x.arraySync()).toEqual(training);
    free();
  });

  it('goes on after an evaluation as if there had been none', () => {
    const [asked, left] = [made(), made()];
    for (let i = 0; i < 3; i++) {
      asked.optimizer.evaluate(() => asked.x.dataSync());
      for (const { x, optimizer } of [asked, left]) stepOnce(optimizer, [x], [[0.5, i]]);
    }
    expect(asked.x.arraySync()).toEqual(left.x.arraySync());
    asked.free();
    left.free();
  });

  it('swaps back where the evaluation throws, and when an async one has ended', async () => {
    const { x, optimizer, free } = made();
    const training = x.arraySync();
    const fail = () => {
      throw new Error('a failure');
    };
    expect(() => optimizer.evaluate(fail)).toThrow('a failure');
    expect(x.arraySync()).toEqual(training);
    const pending = optimizer.evaluate(async () => x.array());
    expect(optimizer.isEvaluating).toBe(true);
    expect(await pending).not.toEqual(training);
    expect([x.arraySync(), optimizer.isEvaluating]).toEqual([training, false]);
    await expect(optimizer.evaluate(async () => fail())).rejects.toThrow('a failure');
    expect(x.arraySync()).toEqual(training);
    free();
  });

  it('starts from what a variable was assigned during the evaluation', () => {
    const { x, optimizer, free } = made();
    const offset = optimizer.evaluate(() => x.arraySync() as number[]);
    const training = x.arraySync() as number[];
    optimizer.eval();
    tf.tidy(() => x.assign(tf.tensor1d([10, 20])));
    optimizer.train();
    const [a, b] = x.arraySync() as number[];
    expect(a).toBeCloseTo(10 + training[0]! - offset[0]!, 5);
    expect(b).toBeCloseTo(20 + training[1]! - offset[1]!, 5);
    free();
  });

  it('refuses steps and states while it evaluates, and says what to write', () => {
    const { x, optimizer, free } = made();
    const good = optimizer.stateDict();
    optimizer.eval();
    const evaluated = x.arraySync();
    const gradient = tf.ones([2]);
    const cases: [call: () => unknown, what: string][] = [
      [() => optimizer.applyGradients({ [x.name]: gradient }), 'a step'],
      [() => optimizer.minimize(() => tf.sum<tf.Scalar>(tf.square(x))), 'a step'],
      [() => optimizer.stateDict(), 'stateDict()'],
      [() => optimizer.loadStateDict(good), 'loadStateDict()'],
    ];
    for (const [call, what] of cases) {
      expect(call).toThrow(
        `ScheduleFreeAdamW: received ${what} after eval(), while the variables hold the averages; expected it in ` +
          'training. Write optimizer.train() before it, or optimizer.evaluate(() => …) in place of eval().',
      );
    }
    expect(x.arraySync()).toEqual(evaluated);
    gradient.dispose();
    free();
  });

  it('frees what it holds where it is disposed during an evaluation, and leaves the averages', () => {
    const before = tf.memory().numTensors;
    const { x, optimizer, free } = made();
    optimizer.eval();
    const average = x.arraySync();
    optimizer.dispose();
    expect(x.arraySync()).toEqual(average);
    free();
    expect(tf.memory().numTensors).toBe(before);
  });
});

describe('without momentum, a schedule-free optimizer', () => {
  it('is gradient descent whose average has equal weights for equal rates', () => {
    const x = variable(8);
    const optimizer = new ScheduleFreeSGD([x], { learningRate: 0.25, momentum: 0 });
    for (let i = 0; i < 3; i++) optimizer.minimize(() => tf.sum<tf.Scalar>(tf.square(x)));
    expect(x.arraySync()).toBe(1); // 8, 4, 2, 1
    expect(optimizer.evaluate(() => x.arraySync())).toBeCloseTo((4 + 2 + 1) / 3, 6);
    optimizer.dispose();
    x.dispose();
  });
});

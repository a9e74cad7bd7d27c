import * as tf from '@tensorflow/tfjs-core';
import { describeBackends } from '@trainkit/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Row, rows, step, variable } from '../fixtures/optimizers.js';
import type { OptimizerState } from './index.js';

for (const row of rows) describeOptimizer(row);

/** The laws of every optimizer, on every backend. */
function describeOptimizer({ title, make, kept }: Row): void {
  describeBackends(title, () => {
    it('keeps what it needs, and frees it', () => {
      const variables = [variable([1, 2]), variable(3)];
      const before = tf.memory().numTensors;
      const optimizer = make(variables, 0.1);
      expect(tf.memory().numTensors, 'init').toBe(before);
      for (let i = 0; i < 3; i++) step(optimizer, variables, [[1, 2], 3]);
      expect(tf.memory().numTensors, 'steps').toBe(before + kept * variables.length);
      expect(() => optimizer.applyGradients({ nobody: variables[0]! })).toThrow('nobody');
      expect(tf.memory().numTensors, 'thrown error').toBe(before + kept * variables.length);
      optimizer.dispose();
      optimizer.dispose();
      expect(tf.memory().numTensors, 'dispose').toBe(before);
      tf.dispose(variables);
    });

    it('with groups equals several optimizers', () => {
      const [a, b, c, d] = [[1, 2], [3], [1, 2], [3]].map((values) => variable(values));
      const together = make(
        [
          { params: [a!], learningRate: 0.1 },
          { params: [b!], learningRate: 0.01 },
        ],
        1,
      );
      const apart = [make([c!], 0.1), make([d!], 0.01)];
      for (let i = 0; i < 4; i++) {
        step(together, [a!, b!], [[i, -1], [2]]);
        step(apart[0]!, [c!], [[i, -1]]);
        step(apart[1]!, [d!], [[2]]);
      }
      expect([...a!.dataSync(), ...b!.dataSync()]).toEqual([...c!.dataSync(), ...d!.dataSync()]);
      tf.dispose([a!, b!, c!, d!]);
      for (const one of [together, ...apart]) one.dispose();
    });

    it('goes on from its state, bit for bit, wherever it was interrupted', () => {
      fc.assert(
        fc.property(fc.integer({ min: 0, max: 6 }), fc.integer({ min: 0, max: 6 }), (before, after) => {
          const whole = [variable([1, 2]), variable(3)];
          const a = make(whole, schedule);
          for (let i = 0; i < before; i++) step(a, whole, gradientsAt(i));
          const resumed = whole.map((one) => variable(one.arraySync() as number[]));
          const b = make(resumed, schedule);
          const { state, bytes } = serialize(a.stateDict());
          b.loadStateDict(state);
          tf.dispose(bytes);
          for (let i = before; i < before + after; i++) {
            step(a, whole, gradientsAt(i));
            step(b, resumed, gradientsAt(i));
          }
          expect(b.iterations).toBe(before + after);
          expect(resumed.map((one) => one.arraySync())).toEqual(whole.map((one) => one.arraySync()));
          tf.dispose([...whole, ...resumed]);
          a.dispose();
          b.dispose();
        }),
        { numRuns: 10 },
      );
    });

    it('changes nothing by gradients of zero', () => {
      const x = variable([1, -2, 1e-20]);
      const optimizer = make([x], 0.1);
      const start = [...x.dataSync()];
      for (let i = 0; i < 3; i++) step(optimizer, [x], [[0, 0, 0]]);
      expect([...x.dataSync()]).toEqual(start);
      x.dispose();
      optimizer.dispose();
    });

    it('does not look at the order of gradients, nor whether they are a map or a list', () => {
      const [a, b, c, d] = [
        [1, 2],
        [3, 4],
        [1, 2],
        [3, 4],
      ].map((values) => variable(values));
      const [first, second] = [make([a!, b!], 0.1), make([c!, d!], 0.1)];
      for (let i = 0; i < 3; i++) {
        tf.tidy(() => {
          const [g, h] = [tf.tensor1d([i, 1]), tf.tensor1d([-1, i])];
          first.applyGradients({ [a!.name]: g, [b!.name]: h });
          second.applyGradients([
            { name: d!.name, tensor: h },
            { name: c!.name, tensor: g },
          ]);
        });
      }
      expect([...a!.dataSync(), ...b!.dataSync()]).toEqual([...c!.dataSync(), ...d!.dataSync()]);
      tf.dispose([a!, b!, c!, d!]);
      first.dispose();
      second.dispose();
    });

    it('leaves a variable without a gradient alone, and its state', () => {
      const [a, b, c] = [variable([1, 2]), variable([1, 2]), variable([1, 2])];
      const [both, alone] = [make([a, b], 0.1), make([c], 0.1)];
      step(
        both,
        [a, b],
        [
          [1, 2],
          [1, 2],
        ],
      );
      tf.tidy(() =>
        both.applyGradients([
          { name: a.name, tensor: tf.tensor1d([5, 5]) },
          { name: b.name, tensor: undefined as never },
        ]),
      );
      step(
        both,
        [a, b],
        [
          [0, 1],
          [3, 4],
        ],
      );
      step(alone, [c], [[1, 2]]);
      step(alone, [c], [[3, 4]]);
      expect([...b.dataSync()]).toEqual([...c.dataSync()]);
      tf.dispose([a, b, c]);
      both.dispose();
      alone.dispose();
    });

    it('takes the learning rate that is set, and no rate is no change', () => {
      const [x, y] = [variable([1, 2]), variable([1, 2])];
      const [set, given] = [make([x], 0.5), make([y], 0.25)];
      set.learningRate = 0;
      expect(set.learningRate).toBe(0);
      step(set, [x], [[1, 2]]);
      expect([...x.dataSync()]).toEqual([1, 2]);
      given.learningRate = () => 0;
      step(given, [y], [[1, 2]]);
      for (const one of [set, given]) one.learningRate = (at) => 0.125 * at;
      expect(set.learningRate).toBe(0.125);
      step(set, [x], [[1, 2]]);
      step(given, [y], [[1, 2]]);
      expect([...x.dataSync()]).not.toEqual([1, 2]);
      expect([...x.dataSync()]).toEqual([...y.dataSync()]);
      tf.dispose([x, y]);
      set.dispose();
      given.dispose();
    });

    it('goes on from a variable that somebody assigned, and leaves clones alone', () => {
      const [x, y] = [variable([1, 2]), variable([5, 6])];
      const [one, other] = [make([x], 0.1), make([y], 0.1)];
      step(one, [x], [[1, 2]]);
      step(other, [y], [[1, 2]]);
      const held = x.clone();
      const before = [...held.dataSync()];
      tf.tidy(() => x.assign(tf.tensor1d([7, 8])));
      tf.tidy(() => y.assign(tf.tensor1d([7, 8])));
      const assigned = x.clone();
      step(one, [x], [[3, 4]]);
      step(other, [y], [[3, 4]]);
      expect([...x.dataSync()]).toEqual([...y.dataSync()]);
      expect([...held.dataSync()]).toEqual(before);
      expect([...assigned.dataSync()]).toEqual([7, 8]);
      tf.dispose([x, y, held, assigned]);
      one.dispose();
      other.dispose();
    });

    it('makes a variable NaN by a gradient that is NaN, and that element alone', () => {
      const x = variable([1, 2]);
      const optimizer = make([x], 0.1);
      step(optimizer, [x], [[Number.NaN, 0]]);
      expect([...x.dataSync()]).toEqual([Number.NaN, 2]);
      x.dispose();
      optimizer.dispose();
    });

    it('does not write into the arrays of others', () => {
      const [start, slope] = [Float32Array.of(1, 2), Float32Array.of(3, 4)];
      const x = tf.tidy(() => tf.variable(tf.tensor1d(start)));
      const optimizer = make([x], 0.1);
      const gradient = tf.tensor1d(slope);
      for (let i = 0; i < 3; i++) optimizer.applyGradients({ [x.name]: gradient });
      expect([...start, ...slope]).toEqual([1, 2, 3, 4]);
      tf.dispose([x, gradient]);
      optimizer.dispose();
    });
  });
}

describe('the rows', () => {
  it('differ from each other after three steps', async () => {
    const { useFastestBackend } = await import('@trainkit/backend');
    await useFastestBackend({ prefer: 'cpu' });
    const ends = rows.map(({ make }) => {
      const x = variable([1, 2]);
      const optimizer = make([x], 0.1, { weightDecay: 0.1 });
      for (let i = 0; i < 3; i++) step(optimizer, [x], [[i === 0 ? 10 : 0.1, 2]]);
      const end = x.dataSync().join();
      x.dispose();
      optimizer.dispose();
      return end;
    });
    expect(new Set(ends).size, ends.join(' ')).toBe(rows.length);
  });
});

const schedule = (at: number) => 0.1 / (1 + at);

const gradientsAt = (i: number): [number[], number] => [[Math.sin(i), Math.cos(3 * i)], Math.sin(5 * i + 1)];

/** A state as another process has it: nothing but JSON and bytes. */
function serialize(state: OptimizerState): { state: OptimizerState; bytes: tf.Tensor[] } {
  const bytes: tf.Tensor[] = [];
  const text = JSON.stringify(state, (_, value: unknown) =>
    value instanceof tf.Tensor ? { shape: value.shape, values: [...value.dataSync()] } : value,
  );
  const read: OptimizerState = JSON.parse(text, (_, value) => {
    if (!Array.isArray(value?.values)) return value;
    const tensor = tf.tensor(value.values, value.shape);
    bytes.push(tensor);
    return tensor;
  });
  return { state: read, bytes };
}

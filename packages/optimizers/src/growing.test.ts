import * as tf from '@tensorflow/tfjs-core';
import { describeBackends, variable } from '@trainkit/testing';
import { expect, it } from 'vitest';
import { AdamW, adamw, SGD } from './index.js';

/** The gradients of these variables, all ones. */
const ones = (...variables: tf.Variable[]) =>
  Object.fromEntries(variables.map((one) => [one.name, tf.ones(one.shape)]));

describeBackends('an optimizer that grows', () => {
  it('trains a further group by its own options, from a fresh state', () => {
    const [a, b] = [variable([1, 2]), variable(3)];
    const optimizer = new SGD([['a', a]], { learningRate: 0.5, momentum: 0.9 });
    tf.tidy(() => optimizer.applyGradients(ones(a)));
    optimizer.addParamGroup({ params: [['b', b]], learningRate: 0.25 });
    expect(optimizer.paramGroups.map(({ params, learningRate }) => [params.length, learningRate])).toEqual([
      [1, 0.5],
      [1, 0.25],
    ]);
    tf.tidy(() => optimizer.applyGradients(ones(a, b)));
    expect([...b.dataSync()]).toEqual([2.75]);
    const { state, paramGroups } = optimizer.stateDict();
    expect([state['a']!.step, state['b']!.step]).toEqual([2, 1]);
    const [c, d] = [variable([1, 2]), variable(3)];
    const other = new SGD([{ params: [['a', c]] }, { params: [['b', d]] }], { learningRate: 1 });
    other.loadStateDict(optimizer.stateDict());
    expect(other.stateDict().paramGroups).toEqual(paramGroups);
    tf.dispose([a, b, c, d]);
    optimizer.dispose();
    other.dispose();
  });

  it('refuses a group that does not go with the others, and adds nothing', () => {
    const [a, b] = [variable([1, 2]), variable(3)];
    const optimizer = new SGD([['a', a]], { learningRate: 0.5 });
    const groups: [group: Parameters<typeof optimizer.addParamGroup>[0], message: string][] = [
      [{ params: [['again', a]] }, 'SGD: the variable "again" is in a group already; give it once.'],
      [{ params: [['a', b]] }, 'SGD: the variable "a" is in a group already; give it once.'],
      [{ params: [b] }, 'SGD: the new group has 0 paths, the others 1; give one to all variables or to none'],
      [{ params: [] }, 'SGD: params has no parameters; expected one at least.'],
      [{ params: [['b', b]], momentum: -1 }, 'SGD: paramGroups[1]: momentum is -1; expected'],
      [{ params: [['b', b]], lr: 1 } as never, 'SGD: paramGroups[1]: received the unknown option "lr"'],
    ];
    for (const [group, message] of groups) expect(() => optimizer.addParamGroup(group)).toThrow(message);
    expect(optimizer.paramGroups).toHaveLength(1);
    expect(optimizer.updates(b)).toBe(false);
    const demanding = adamw();
    expect(() => demanding.addParamGroup({ params: [a] })).toThrow('takes every variable of the program');
    tf.dispose([a, b]);
    optimizer.dispose();
    demanding.dispose();
  });

  it('loads the state of a smaller model where it is not strict, and names what was left', () => {
    const [a, b, c] = [variable([1, 2]), variable(3), variable(4)];
    const [before, after] = [
      new AdamW([
        ['body', a],
        ['old', b],
      ]),
      new AdamW([
        ['body', a],
        ['new', c],
      ]),
    ];
    tf.tidy(() => before.applyGradients(ones(a, b)));
    const state = before.stateDict();
    expect(() => after.loadStateDict(state)).toThrow('paramGroups[0]: missing: new');
    expect(after.loadStateDict(state, { strict: false })).toEqual({ missing: ['new'], unexpected: ['old'] });
    expect(Object.keys(after.stateDict().state)).toEqual(['body']);
    expect(before.loadStateDict(state)).toEqual({ missing: [], unexpected: [] });
    expect(() => after.loadStateDict({ ...state, paramGroups: [] }, { strict: false })).toThrow('0 groups');
    tf.dispose([a, b, c]);
    before.dispose();
    after.dispose();
  });
});

describeBackends(
  'an optimizer of 4,000 variables without paths',
  () => {
    it('writes and reads its state in a time that is linear in their number', () => {
      const time = (count: number) => {
        const variables = Array.from({ length: count }, () => variable(1));
        const optimizer = new SGD(variables, { learningRate: 1, momentum: 0.9 });
        tf.tidy(() => optimizer.applyGradients(ones(...variables)));
        const start = performance.now();
        optimizer.loadStateDict(optimizer.stateDict());
        const taken = performance.now() - start;
        optimizer.dispose();
        tf.dispose(variables);
        return taken;
      };
      time(100);
      // Quadratic time would be 64 times as much.
      expect(time(4000)).toBeLessThan(32 * Math.max(time(500), 5));
    });
  },
  { backends: ['cpu'] },
);

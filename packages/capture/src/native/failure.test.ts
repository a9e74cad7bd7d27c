import { scalar, type Variable, variable } from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';
import { nativeFailure } from './failure.js';

const calls = ['gather', 'copy', 'adam', 'gather'].map((kernel) => ({ kernel, arrays: [], numbers: [] }));

/** As the addon says it. */
function refused(call: number): Error {
  return Object.assign(new Error(`${calls[call]?.kernel ?? 'other'}: no such row`), { call });
}

function withVariable(test: (weight: Variable) => void): void {
  const weight = variable(scalar(0));
  test(weight);
  weight.dispose();
}

describe('the error of a kernel that refuses in a replay', () => {
  it.each([
    [0, 'gather', 'which has changed nothing'],
    [2, 'adam', 'which has changed nothing'],
    [3, 'gather', 'and variables may have been updated already'],
  ])('names it and says whether variables may have changed: call %i', (call, kernel, state) => {
    withVariable((weight) => {
      const layout = { calls, updates: new Map([[weight, 2]]) };
      const error = refused(call);
      const named = nativeFailure(error, layout, [weight]);
      expect(named).toEqual(new Error(`capture: ${kernel} failed in a replay, ${state}: no such row.`));
      expect(named).toHaveProperty('cause', error);
    });
  });

  it('says that nothing has changed where variables have memory of their own', () => {
    withVariable((weight) => {
      const layout = { calls, updates: new Map([[weight, 2]]) };
      expect(nativeFailure(refused(3), layout, [])).toHaveProperty(
        'message',
        'capture: gather failed in a replay, which has changed nothing: no such row.',
      );
    });
  });

  it('leaves other errors as they are', () => {
    const layout = { calls, updates: new Map<Variable, number>() };
    for (const error of [new Error('no'), refused(9)]) expect(nativeFailure(error, layout, [])).toBe(error);
  });
});

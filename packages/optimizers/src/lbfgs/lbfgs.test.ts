import * as tf from '@tensorflow/tfjs-core';
import { describeBackends, describeStateful, expectAllClose, variable } from '@trainkit/testing';
import { describe, expect, it } from 'vitest';
import golden from '../../goldens/lbfgs.json' with { type: 'json' };
import { LBFGS, type LBFGSOptions } from '../index.js';

/** Rosenbrock's function of a vector that several variables make up. */
const rosenbrock = (variables: readonly tf.Variable[]) =>
  tf.tidy(() => {
    const x = tf.concat(variables.map((one) => tf.reshape(one, [-1])));
    const count = x.size - 1;
    const [now, next] = [tf.slice(x, 0, count), tf.slice(x, 1, count)];
    const valley = tf.mul(5, tf.square(tf.sub(next, tf.square(now))));
    return tf.sum<tf.Scalar>(tf.add(tf.square(tf.sub(1, now)), valley));
  });

function made(options: LBFGSOptions) {
  const variables = golden.start.map((values) => variable(values));
  const optimizer = new LBFGS(
    variables.map((one, i) => [`part${i}`, one] as const),
    options,
  );
  const loss = () => rosenbrock(variables);
  return { variables, optimizer, loss };
}

describeBackends('LBFGS', () => {
  it.each(golden.cases.map(({ options, steps }) => [JSON.stringify(options), options, steps] as const))(
    'has PyTorch’s parameters and counts: %s',
    (_, options, steps) => {
      const { variables, optimizer, loss } = made(options as LBFGSOptions);
      const sign = 'maximize' in options ? -1 : 1;
      for (const expected of steps) {
        const cost = optimizer.minimize(() => tf.mul<tf.Scalar>(loss(), sign), true);
        expectAllClose(cost, expected.loss, { rtol: 1e-3, atol: 1e-5 });
        cost.dispose();
        // Two float32 runs of PyTorch may differ by as much: an iteration amplifies the rounding of
        // its gradients.
        for (const [i, values] of expected.parameters.entries()) {
          expectAllClose(variables[i]!, values, { rtol: 0, atol: 2e-4 });
        }
        const { state } = optimizer.stateDict();
        const counts = [state.n_iter, state.func_evals, state.ro.length];
        expect(counts).toEqual([expected.n_iter, expected.func_evals, expected.pairs]);
      }
      tf.dispose(variables);
    },
  );

  it.each(
    golden.cases.flatMap(({ options, steps, checkpoint }) =>
      checkpoint === undefined ? [] : [[JSON.stringify(options), options, steps, checkpoint] as const],
    ),
  )('goes on from PyTorch’s checkpoint: %s', (_, options, steps, { old_dirs, old_stps, ...saved }) => {
    const { variables, optimizer, loss } = made(options as LBFGSOptions);
    for (const [i, values] of steps[1]!.parameters.entries()) {
      tf.tidy(() => variables[i]!.assign(tf.tensor1d(values)));
    }
    optimizer.loadStateDict({
      ...optimizer.stateDict(),
      iterations: 2,
      state: {
        ...saved,
        d: Float64Array.from(saved.d),
        prev_flat_grad: Float64Array.from(saved.prev_flat_grad),
        old_dirs: old_dirs.map((values) => Float64Array.from(values)),
        old_stps: old_stps.map((values) => Float64Array.from(values)),
      },
    });
    const sign = 'maximize' in options ? -1 : 1;
    for (const expected of steps.slice(2)) {
      optimizer.minimize(() => tf.mul<tf.Scalar>(loss(), sign));
      for (const [i, values] of expected.parameters.entries()) {
        expectAllClose(variables[i]!, values, { rtol: 0, atol: 2e-4 });
      }
      const { state } = optimizer.stateDict();
      expect([state.n_iter, state.func_evals]).toEqual([expected.n_iter, expected.func_evals]);
      expect(Object.keys(state).sort()).toEqual([...Object.keys(saved), 'old_dirs', 'old_stps'].sort());
    }
    tf.dispose(variables);
  });

  describeStateful('LBFGS', {
    make: () => {
      const training = made({ lineSearchFn: 'strongWolfe', maxIter: 2, historySize: 3 });
      return {
        ...training,
        stateDict: () => training.optimizer.stateDict(),
        loadStateDict: (state: never) => training.optimizer.loadStateDict(state),
      };
    },
    advance: ({ variables, optimizer, loss }, turn) => {
      for (const one of variables) tf.tidy(() => one.assign(tf.fill(one.shape, 0.3 + Math.sin(turn) / 4)));
      optimizer.minimize(loss);
      return [optimizer.iterations, ...variables.map((one) => one.arraySync())];
    },
    dispose: ({ variables }) => void tf.dispose(variables),
    rubbish: ['rubbish', -1, null, [['rubbish']]],
  });

  it('goes on from its state to the same bytes', () => {
    const [whole, first] = [made({ maxIter: 3 }), made({ maxIter: 3 })];
    for (let i = 0; i < 6; i++) whole.optimizer.minimize(whole.loss);
    for (let i = 0; i < 3; i++) first.optimizer.minimize(first.loss);
    const resumed = made({});
    for (const [i, one] of resumed.variables.entries()) one.assign(first.variables[i]!);
    resumed.optimizer.loadStateDict(structuredClone(first.optimizer.stateDict()));
    for (let i = 0; i < 3; i++) resumed.optimizer.minimize(resumed.loss);
    expect(resumed.variables.map((one) => one.dataSync())).toEqual(
      whole.variables.map((one) => one.dataSync()),
    );
    expect(resumed.optimizer.stateDict()).toEqual(whole.optimizer.stateDict());
    for (const { variables } of [whole, first, resumed]) tf.dispose(variables);
  });

  it('leaves a frozen variable as it is, and one that the loss does not use', () => {
    const { variables, optimizer, loss } = made({ lineSearchFn: 'strongWolfe' });
    optimizer.minimize(loss);
    variables[1]!.trainable = false;
    const before = variables.map((one) => one.arraySync());
    tf.tidy(() => variables[0]!.assign(tf.tensor1d([0.1, 0.2, 0.3])));
    optimizer.minimize(loss);
    expect(variables[1]!.arraySync()).toEqual(before[1]);
    expect(variables[0]!.arraySync()).not.toEqual([0.1, 0.2, 0.3]);
    variables[1]!.trainable = true;
    const held = variables[1]!.arraySync();
    new LBFGS(variables).minimize(() => tf.sum<tf.Scalar>(tf.square(variables[0]!)));
    expect(variables[1]!.arraySync()).toEqual(held);
    tf.dispose(variables);
  });

  it('leaves variables and state as they were where the function throws', () => {
    const { variables, optimizer, loss } = made({ lineSearchFn: 'strongWolfe' });
    optimizer.minimize(loss);
    const before = [variables.map((one) => one.arraySync()), optimizer.stateDict()];
    tf.tidy(() => variables[0]!.assign(tf.tensor1d([0.5, 0.5, 0.5])));
    let calls = 0;
    const failing = () => {
      if (++calls === 3) throw new Error('a failure');
      return loss();
    };
    expect(() => optimizer.minimize(failing)).toThrow('a failure');
    expect(variables[0]!.arraySync()).toEqual([0.5, 0.5, 0.5]);
    expect([variables[1]!.arraySync(), optimizer.stateDict()]).toEqual([
      (before[0] as number[][])[1],
      before[1],
    ]);
    tf.dispose(variables);
  });
});

describe('LBFGS refuses', () => {
  const x = () => variable([1, 2]);
  const cases: [title: string, call: () => unknown, message: string][] = [
    ['gradients', () => new LBFGS([x()]).applyGradients(), 'LBFGS: received gradients; expected a function'],
    [
      'groups',
      () => new LBFGS([{ params: [x()] }, { params: [x()] }] as never),
      'LBFGS: params has 2 groups; expected one list',
    ],
    [
      'a list of variables',
      () => new LBFGS([x()]).minimize(() => tf.scalar(1), false, []),
      'LBFGS: varList is []',
    ],
    [
      'another line search',
      () => new LBFGS([x()], { lineSearchFn: 'strong_wolfe' as never }),
      'LBFGS: lineSearchFn is "strong_wolfe"; expected \'strongWolfe\' or null.',
    ],
    ['no iterations', () => new LBFGS([x()], { maxIter: 0 }), 'LBFGS: maxIter is 0; expected a whole number'],
    ['a save with a model', () => new LBFGS([x()]).getConfig(), 'LBFGS: it cannot be saved with a model'],
    [
      'a call of step()',
      () => Reflect.get(new LBFGS([x()]), 'step')(),
      'Write optimizer.minimize(() => loss)',
    ],
    [
      'an option that is set on it',
      () => Reflect.set(new LBFGS([x()]), 'maxIter', 3),
      'LBFGS: maxIter was set to 3 on the optimizer; expected it to be set on its groups.',
    ],
    ['an unknown option', () => new LBFGS([x()], { lr: 1 } as never), 'learningRate'],
    [
      'the rate of a schedule',
      () => new LBFGS([x()], { learningRate: (() => 1) as never }),
      'learningRate is',
    ],
  ];
  it.each(cases)('%s', (_, call, message) => expect(call).toThrow(message));
});

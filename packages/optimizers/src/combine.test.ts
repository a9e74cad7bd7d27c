import * as tf from '@tensorflow/tfjs-core';
import { describeBackends, describeStateful, stepOnce, variable } from '@trainkit/testing';
import { describe, expect, it } from 'vitest';
import { AdamW, adamw, combine, type Gradients, Muon, ScheduleFreeSGD, SGD } from './index.js';

/** A matrix that Muon updates, and a vector that AdamW does. */
function made() {
  const variables = [variable([1, 2], true), variable([3, -1])] as const;
  const [matrix, vector] = variables;
  const optimizer = combine([
    new Muon([['weight', matrix]], { learningRate: (step) => 0.1 / (1 + step) }),
    new AdamW([['bias', vector]], { learningRate: 0.01 }),
  ]);
  const loss = () => tf.sum<tf.Scalar>(tf.square(tf.add(matrix, vector)));
  return { variables, matrix, vector, optimizer, loss };
}

/** The same two optimizers, each by itself. */
function apart() {
  const { variables, matrix, vector, optimizer, loss } = made();
  const [muon, adam] = optimizer.optimizers;
  const step = (gradients: tf.NamedTensorMap) => {
    for (const [one, { name }] of [[muon, matrix] as const, [adam, vector] as const]) {
      one!.applyGradients({ [name]: gradients[name]! });
    }
  };
  return { variables, loss, step, optimizer };
}

describeBackends('combined optimizers', () => {
  describeStateful('combined optimizers', {
    make: () => {
      const training = made();
      return {
        ...training,
        stateDict: () => training.optimizer.stateDict(),
        loadStateDict: (state: never) => training.optimizer.loadStateDict(state),
      };
    },
    advance: ({ variables, optimizer }, turn) => {
      for (const one of variables) tf.tidy(() => one.assign(tf.fill(one.shape, 1)));
      stepOnce(optimizer, variables, [
        [Math.sin(turn), 1],
        [Math.cos(turn), -1],
      ]);
      return [optimizer.iterations, ...variables.map((one) => one.arraySync())];
    },
    dispose: ({ variables, optimizer }) => {
      optimizer.dispose();
      tf.dispose([...variables]);
    },
    rubbish: ['rubbish', -1, null, [['rubbish']], [{}, {}]],
  });

  it('do what each does by itself, and count one step', () => {
    const [together, alone] = [made(), apart()];
    for (let i = 0; i < 4; i++) {
      together.optimizer.minimize(together.loss);
      const { value, grads } = tf.variableGrads(alone.loss, [...alone.variables]);
      alone.step(grads);
      tf.dispose([value, grads]);
    }
    expect(together.optimizer.iterations).toBe(4);
    expect(together.variables.map((one) => one.arraySync())).toEqual(
      alone.variables.map((one) => one.arraySync()),
    );
    for (const { optimizer, variables } of [together, alone]) {
      optimizer.dispose();
      optimizer.dispose();
      tf.dispose([...variables]);
    }
  });

  it('resume to the same bytes', () => {
    const whole = made();
    for (let i = 0; i < 3; i++) whole.optimizer.minimize(whole.loss);
    const resumed = made();
    for (const [i, one] of resumed.variables.entries()) one.assign(whole.variables[i]!);
    resumed.optimizer.loadStateDict(whole.optimizer.stateDict());
    for (const { optimizer, loss } of [whole, resumed]) {
      for (let i = 0; i < 3; i++) optimizer.minimize(loss);
    }
    expect(resumed.variables.map((one) => one.arraySync())).toEqual(
      whole.variables.map((one) => one.arraySync()),
    );
    for (const { optimizer, variables } of [whole, resumed]) {
      optimizer.dispose();
      tf.dispose([...variables]);
    }
  });

  it('update nothing where the gradient of one is wrong, or its rate', () => {
    const { optimizer, variables, matrix, vector } = made();
    const before = variables.map((one) => one.arraySync());
    tf.tidy(() => {
      const good = tf.ones([1, 2]);
      const refuse = (gradients: Gradients, message: string) =>
        expect(() => optimizer.applyGradients(gradients)).toThrow(message);
      refuse({ [matrix.name]: good, [vector.name]: tf.ones([3]) }, 'AdamW: gradients["');
      refuse(
        { [matrix.name]: good, stranger: good },
        'combine: there is a gradient for the variable "stranger"',
      );
      optimizer.paramGroups[1]!.learningRate = () => Number.NaN;
      refuse(
        { [matrix.name]: good, [vector.name]: tf.ones([2]) },
        'the rate of the schedule at step 0 is NaN',
      );
    });
    expect(variables.map((one) => one.arraySync())).toEqual(before);
    expect(optimizer.iterations).toBe(0);
    optimizer.dispose();
    tf.dispose([...variables]);
  });

  it('load nothing where the state of one does not fit, and name it', () => {
    const { optimizer, variables, loss } = made();
    optimizer.minimize(loss);
    const [muon, adam] = optimizer.stateDict().optimizers;
    const text = () =>
      JSON.stringify(optimizer.stateDict(), (_, value) =>
        value instanceof tf.Tensor ? [...value.dataSync()] : value,
      );
    const before = text();
    const broken = { ...adam!, iterations: -1 };
    const changed = { ...muon!, iterations: 77 };
    expect(() => optimizer.loadStateDict({ optimizers: [changed, broken] })).toThrow(
      /optimizers\[1\]: AdamW.*\n.*iterations is -1/,
    );
    expect(text()).toBe(before);
    optimizer.dispose();
    tf.dispose([...variables]);
  });

  it('refuse a step where a group was added that another has', () => {
    const { optimizer, variables, vector } = made();
    const [muon, adam] = [
      new SGD([variables[0]], { learningRate: 1 }),
      new SGD([vector], { learningRate: 1 }),
    ];
    const both = combine([muon, adam]);
    muon.addParamGroup({ params: [vector] });
    expect(() => both.applyGradients({})).toThrow('is in optimizers[0] and in optimizers[1]');
    for (const one of [optimizer, both]) one.dispose();
    tf.dispose([...variables]);
  });

  it('move on in all schedules where one has no gradient', () => {
    const { optimizer, variables, vector } = made();
    tf.tidy(() => optimizer.applyGradients({ [vector.name]: tf.ones([2]) }));
    expect(optimizer.optimizers.map(({ iterations }) => iterations)).toEqual([1, 1]);
    expect(optimizer.learningRate).toBe(0.05);
    optimizer.dispose();
    tf.dispose([...variables]);
  });

  it('evaluate with the averages of those that are schedule-free', () => {
    const [x, y] = [variable(3), variable(3)];
    const optimizer = combine([
      new ScheduleFreeSGD([x], { learningRate: 0.25, momentum: 0.5 }),
      new SGD([y], { learningRate: 0.1 }),
    ]);
    for (let i = 0; i < 3; i++) {
      optimizer.minimize(() => tf.sum<tf.Scalar>(tf.add(tf.square(x), tf.square(y))));
    }
    const trained = x.arraySync();
    const average = optimizer.evaluate(() => x.arraySync());
    expect([trained, average, x.arraySync()]).toEqual([0.5625, 0.84375, 0.5625]);
    optimizer.eval();
    expect(x.arraySync()).toBe(0.84375);
    expect(() => optimizer.minimize(() => tf.sum<tf.Scalar>(tf.square(x)))).toThrow('optimizer.train()');
    optimizer.train();
    expect(x.arraySync()).toBe(0.5625);
    optimizer.dispose();
    tf.dispose([x, y]);
  });
});

describe('combine refuses', () => {
  it('what cannot be combined', () => {
    const before = tf.memory().numTensors;
    const [x, y] = [variable(1), variable(2)];
    const one = new SGD([x], { learningRate: 1 });
    const combined = combine([one]);
    const stock = tf.train.sgd(1);
    const cases: [call: () => unknown, message: string][] = [
      [
        () => combine([one, new AdamW([y, x])]),
        'is in optimizers[0] and in optimizers[1]; expected each variable in one.',
      ],
      [
        () => combine([adamw()]),
        'combine: optimizers[0] takes every variable; expected one with variables of its own.',
      ],
      [
        () => combine([]),
        'combine: optimizers is []; expected a list of optimizers. Write combine([first, second]).',
      ],
      [() => combine([stock as never]), 'combine: optimizers[0] is'],
      [() => combined.getConfig(), 'combine: a saved model has one optimizer'],
      [
        () => {
          combined.learningRate = 2;
        },
        'combine: learningRate was set to 2; expected the rate of one of its optimizers.',
      ],
      [() => new Muon([x]), 'expected a matrix. Write combine([new Muon(matrices), new AdamW(others)]).'],
    ];
    for (const [call, message] of cases) expect(call, message).toThrow(message);
    stock.dispose();
    tf.dispose([x, y]);
    expect(tf.memory().numTensors).toBe(before);
  });
});

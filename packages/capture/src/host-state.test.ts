import * as tf from '@tensorflow/tfjs';
import type { BackendName } from '@trainkit/backend';
import { Dropout, dropout } from '@trainkit/dropout';
import { crossEntropy, Linear, Sequential } from '@trainkit/nn';
import { Adam, AdamW, SGD } from '@trainkit/optimizers';
import { Generator, manualSeed } from '@trainkit/random';
import { describeBackends } from '@trainkit/testing';
import { describe, expect, it } from 'vitest';
import { batches, bytesOf, expectSameTraining, type Results, type Training } from '../fixtures/twins.js';
import { capture } from './index.js';

type Optimizer = SGD | Adam | AdamW;

/** The state of an optimizer as text, with the bytes of its tensors. */
function stateText(optimizer: Optimizer): string {
  return JSON.stringify(optimizer.stateDict(), (_, value: unknown) =>
    value instanceof tf.Tensor ? bytesOf(value) : value,
  );
}

/** The parts of a training, which a case changes in the step or between steps. */
interface Parts {
  model: Sequential;
  first: Linear;
  drop: Dropout;
  optimizer: Optimizer;
  generator: Generator;
}

/** A training whose whole state is among its results. */
function training(
  inside: (parts: Parts) => ((x: tf.Tensor) => tf.Tensor | undefined) | undefined,
  after: (parts: Parts, index: number) => void = () => {},
  makeOptimizer = (model: Sequential): Optimizer =>
    new AdamW(model.namedParameters(), { learningRate: 0.05 }),
): () => Training {
  return () => {
    manualSeed(0);
    const generator = new Generator(4);
    const [first, drop] = [new Linear(6, 8), new Dropout(0.3, { generator })];
    const model = new Sequential(first, drop, new Linear(8, 4));
    const optimizer = makeOptimizer(model);
    const parts = { model, first, drop, optimizer, generator };
    const change = inside(parts);
    return {
      step: (x, y) => {
        const input = change?.(x) ?? x;
        return optimizer.minimize(() => crossEntropy(model.forward(input), y), true)!;
      },
      after: (_: Results, index: number) => {
        after(parts, index);
        states.push(JSON.stringify([stateText(optimizer), generator.stateDict(), model.training, drop.p]));
      },
      variables: () => model.parameters(),
      dispose: () => {
        optimizer.dispose();
        model.dispose();
      },
    };
  };
}

/** Which of the ops that look at the rows fails first is left to TensorFlow's threads. */
const FAILED: Partial<Record<BackendName, RegExp>> = {
  tensorflow:
    /^capture: (GatherV2|UnsortedSegmentSum) failed in a replay, which has changed nothing: .*(is not in|out of range) \[0, 5\)/,
  native: /^capture: gather failed in a replay, which has changed nothing: /,
};

/** The host's state after each step of both runs. */
let states: string[] = [];

function expectSame(make: () => Training, options: Parameters<typeof expectSameTraining>[2] = {}) {
  states = [];
  const count = 20;
  const outcome = expectSameTraining(make, batches(count), options);
  expect(states.slice(count)).toEqual(states.slice(0, count));
  return outcome;
}

/** Actions of a step that a replay would not repeat, with the reason that is given. */
const INSIDE: [title: string, inside: Parameters<typeof training>[0], reason: string][] = [
  [
    'sets the learning rate',
    ({ optimizer }) => {
      let count = 0;
      return () => {
        optimizer.learningRate = 0.1 / ++count;
        return undefined;
      };
    },
    'it sets learningRate of AdamW; set it between calls, or give a schedule',
  ],
  [
    'sets an option of a group',
    ({ optimizer }) =>
      () => {
        optimizer.paramGroups[0]!.weightDecay = 0.1;
        return undefined;
      },
    'it sets weightDecay of AdamW; set it between calls',
  ],
  [
    'sets p of a Dropout',
    ({ drop }) =>
      () => {
        drop.p = 0.4;
        return undefined;
      },
    'it sets p of a Dropout; set it between calls',
  ],
  [
    'loads a state into an optimizer without tensors',
    ({ model }) => {
      const sgd = new SGD(model.parameters(), { learningRate: 0.1 });
      const state = sgd.stateDict();
      return () => {
        sgd.loadStateDict(state);
        return undefined;
      };
    },
    'it loads a state into SGD; load it between calls',
  ],
  [
    'makes an optimizer',
    ({ model }) =>
      () => {
        const sgd = new SGD(model.parameters(), { learningRate: (step) => 0.1 / (1 + step) });
        sgd.minimize(() => tf.sum(tf.square(model.parameters()[0]!)).asScalar());
        return undefined;
      },
    'it makes an optimizer (SGD); make it outside',
  ],
  [
    'seeds a generator',
    ({ generator }) =>
      () => {
        generator.manualSeed(3);
        return undefined;
      },
    'it seeds a generator; seed it outside',
  ],
  [
    'seeds the default generator',
    () => () => {
      manualSeed(3);
      return undefined;
    },
    'it seeds a generator; seed it outside',
  ],
  [
    'makes a generator',
    () => (x) => dropout(x, 0.5, { generator: new Generator(3) }),
    'it makes a generator; make it outside',
  ],
  [
    'restores a generator',
    ({ generator }) => {
      const state = generator.stateDict();
      return () => {
        generator.loadStateDict(state);
        return undefined;
      };
    },
    'it restores a generator; do so outside',
  ],
  [
    'draws from a generator, and branches by it',
    ({ generator }) =>
      (x) =>
        generator.bernoulli(1, 0.9)[0] === 1 ? x : tf.neg(x),
    'it draws from a generator in JavaScript; pass what is drawn as an argument, or draw it in a freshTensor of @trainkit/kernels/capture',
  ],
  [
    'reads the state of a generator',
    ({ generator }) =>
      (x) =>
        generator.stateDict().offset > 600 ? x : tf.neg(x),
    'it reads the state of a generator; read it outside',
  ],
  [
    'draws from generators in turn',
    ({ generator }) => {
      const other = new Generator(9);
      let count = 0;
      return (x) => dropout(x, 0.5, { generator: count++ % 2 === 0 ? generator : other });
    },
    'two runs of it draw from another generator, or with another probability',
  ],
  [
    'draws with a probability that changes',
    ({ generator }) => {
      let count = 0;
      return (x) => dropout(x, 0.01 * ++count, { generator });
    },
    'two runs of it draw from another generator, or with another probability',
  ],
  [
    'leaves the model in evaluation',
    ({ model }) => {
      let count = 0;
      return () => {
        model.train(count++ % 2 === 0);
        return undefined;
      };
    },
    'it changes a mode by train() or eval() and leaves it so; do so between calls',
  ],
  [
    'computes with the count of steps',
    ({ optimizer }) =>
      (x) =>
        tf.mul(x, optimizer.iterations),
    'a layer’s mode or an option differs from run to run: it was optimizer.iterations 3, then optimizer.iterations 4; ' +
      'read it as freshScalar(() => optimizer.iterations) of @trainkit/kernels/capture',
  ],
];

describeBackends(
  'a captured step',
  (backend) => {
    it.each(INSIDE)('stays eager that %s, and says so', (_, inside, reason) => {
      const { told } = expectSame(training(inside), { replays: false });
      expect(told).toEqual([reason]);
    });

    it('names the variable that it leaves frozen', () => {
      const { told } = expectSame(
        training(({ first }) => {
          let count = 0;
          return () => {
            first.requiresGrad(count++ % 2 === 0);
            return undefined;
          };
        }),
        { replays: false },
      );
      expect(told[0]).toMatch(/^it freezes or thaws the variable "\d+"; do so between calls$/);
    });

    describe.each([
      ['Adam', (model: Sequential) => new Adam(model.namedParameters(), { learningRate: 0.05 })],
      [
        'AdamW',
        (model: Sequential) => new AdamW(model.namedParameters(), { learningRate: 0.05, amsgrad: true }),
      ],
    ] as const)('of %s', (_, makeOptimizer) => {
      it('keeps the state as it is where betas go back and forth', () => {
        const turns = [
          [0.9, 0.999],
          [0.6, 0.9],
        ] as const;
        const make = training(
          () => undefined,
          ({ optimizer }, index) => {
            for (const group of optimizer.paramGroups) {
              if ('betas' in group) group.betas = turns[Math.floor(index / 2) % 2]!;
            }
          },
          makeOptimizer,
        );
        expectSame(make);
      });
    });

    it('keeps the state as it is where the backend goes back and forth', () => {
      const make = training(
        () => undefined,
        ({ model, optimizer }, index) => {
          if (index % 2 === 0) return;
          tf.setBackend('cpu');
          tf.tidy(() => {
            const [weight] = model.parameters();
            optimizer.applyGradients({ [weight!.name]: tf.ones([6, 8]) });
          });
          tf.setBackend(backend);
        },
      );
      expectSame(make);
    });

    it('counts in the state that was loaded into an optimizer without tensors', () => {
      const make = training(
        () => undefined,
        ({ optimizer }, index) => index === 8 && optimizer.loadStateDict(optimizer.stateDict()),
        (model) => new SGD(model.namedParameters(), { learningRate: 0.1 }),
      );
      expectSame(make);
    });

    it('replays evaluation, and training again', () => {
      const make = training(({ model }) => (x) => {
        model.eval();
        const y = tf.mean(model.forward(x));
        model.train();
        return tf.add(x, y);
      });
      expectSame(make);
    });

    it('replays with an option that it reads, until that is set', () => {
      const make = training(
        ({ optimizer }) =>
          (x) =>
            tf.mul(x, 1 + optimizer.learningRate + optimizer.paramGroups[0]!.weightDecay),
        ({ optimizer }, index) => {
          if (index === 6) optimizer.learningRate = 0.01;
          if (index === 12) optimizer.paramGroups[0]!.weightDecay = 0.5;
        },
      );
      expectSame(make);
    });

    it('leaves counts, states and generators as they were where an op fails in a replay', () => {
      const generator = new Generator(2);
      const [table, head] = [tf.tidy(() => tf.variable(tf.ones([5, 4]))), new Linear(4, 3)];
      const optimizer = new AdamW([table, ...head.parameters()], {
        learningRate: (step) => 0.1 / (1 + step),
      });
      const step = capture((rows: tf.Tensor1D, after: tf.Tensor1D) => {
        const loss = optimizer.minimize(
          () => tf.mean(dropout(head.forward(tf.gather(table, rows)), 0.5, { generator })).asScalar(),
          true,
        )!;
        return { loss, after: tf.gather(table, after) };
      });
      const call = (first: number, second: number) =>
        tf.tidy(() => {
          step(tf.tensor1d([0, 2, first], 'int32'), tf.tensor1d([0, 2, second], 'int32'));
        });
      for (let i = 0; i < 5; i++) call(4, 3);
      expect(step.status.mode).toBe('replaying');
      const all = () =>
        JSON.stringify([
          stateText(optimizer),
          generator.stateDict().offset,
          new Generator(0).loadStateDict(generator.stateDict()).int64().toString(),
          [table, ...head.parameters()].map((variable) => bytesOf(variable)),
        ]);
      const before = all();
      const { replayed } = step.status;
      // Before the update, and after it.
      expect(() => call(5, 4)).toThrow(FAILED[backend]);
      expect(all()).toBe(before);
      expect(() => call(4, -1)).toThrow(FAILED[backend]);
      expect(all()).toBe(before);
      call(4, 4);
      expect(step.status.replayed).toBe(replayed + 3);
      expect(optimizer.iterations).toBe(6);
      step.dispose();
      optimizer.dispose();
      head.dispose();
      table.dispose();
    });
  },
  { backends: ['tensorflow', 'native'] },
);

import * as tf from '@tensorflow/tfjs';
import { Dropout } from '@trainkit/dropout';
import {
  crossEntropy,
  ELU,
  Flatten,
  GELU,
  GLU,
  LeakyReLU,
  Linear,
  LogSoftmax,
  type Module,
  ReLU,
  Sequential,
  Softmax,
  Softplus,
} from '@trainkit/nn';
import { BatchNorm, LayerNorm } from '@trainkit/normalization';
import { AdamW, SGD } from '@trainkit/optimizers';
import { Generator, manualSeed } from '@trainkit/random';
import { describeBackends } from '@trainkit/testing';
import { expect, it } from 'vitest';
import { batches, bytesOf, expectSameTraining, type Results } from '../fixtures/twins.js';
import { type CaptureStatus, capture } from './index.js';

/** A network with everything that can be changed between steps. */
function network() {
  manualSeed(0);
  const [first, norm, dropout, last] = [
    new Linear(6, 8),
    new BatchNorm(8),
    new Dropout(0.3),
    new Linear(8, 4),
  ];
  const model = new Sequential(first, norm, new ReLU(), dropout, last);
  const optimizer = new AdamW(model.namedParameters(), { learningRate: 0.01 });
  const step = (x: tf.Tensor, y: tf.Tensor) =>
    optimizer.minimize(() => crossEntropy(model.forward(x), y), true)!;
  return { model, first, dropout, last, optimizer, step };
}

type Network = ReturnType<typeof network>;

/** Makes both twins do `change` between steps. */
function changed(change: (network: Network, index: number) => void) {
  return () => {
    const made = network();
    return {
      step: made.step,
      after: (_: Results, index: number) => change(made, index),
      variables: () => [
        ...Object.values(made.model.stateDict()),
        ...Object.values(made.optimizer.stateDict().state).flatMap((state) =>
          Object.values(state).filter((value) => value instanceof tf.Variable),
        ),
      ],
      dispose: () => {
        made.optimizer.dispose();
        made.model.dispose();
      },
    };
  };
}

describeBackends(
  'a captured step honors',
  () => {
    const FIELDS: [name: string, field: string, layer: () => Module, next: () => unknown][] = [
      ['BatchNorm', 'momentum', () => new BatchNorm(6), () => 0.5],
      ['BatchNorm', 'momentum', () => new BatchNorm(6), () => null],
      ['BatchNorm', 'eps', () => new BatchNorm(6), () => 0.5],
      ['LayerNorm', 'eps', () => new LayerNorm(6), () => 0.5],
      ['LayerNorm', 'normalizedShape', () => new LayerNorm([6]), () => [2, 6]],
      [
        'Dropout',
        'generator',
        () => new Dropout(0.5, { generator: new Generator(1) }),
        () => new Generator(2),
      ],
      ['LeakyReLU', 'negativeSlope', () => new LeakyReLU(), () => 0.5],
      ['ELU', 'alpha', () => new ELU(), () => 0.5],
      ['Softplus', 'beta', () => new Softplus(), () => 2],
      ['Softplus', 'threshold', () => new Softplus(), () => 0],
      ['GELU', 'approximate', () => new GELU(), () => 'tanh'],
      ['Softmax', 'dim', () => new Softmax(), () => 0],
      ['LogSoftmax', 'dim', () => new LogSoftmax(), () => 0],
      ['GLU', 'dim', () => new GLU(), () => 1],
      ['Flatten', 'startDim', () => new Flatten(), () => 0],
    ];

    /** All that a layer gives and keeps in calls, half of them after a change. */
    function layerTrace(make: () => Module, field: string, next: () => unknown, isCaptured: boolean) {
      const layer = make();
      const first: unknown = Reflect.get(layer, field);
      const forward = (x: tf.Tensor): tf.Tensor => Reflect.apply(layer.forward, layer, [x]);
      const told: string[] = [];
      const onEager = (reason: string) => told.push(reason);
      const step = isCaptured ? capture(forward, { onEager }) : null;
      const inside = capture(
        (x: tf.Tensor) => {
          Reflect.set(layer, field, Reflect.get(layer, field));
          return forward(x);
        },
        { onEager },
      );
      const run = (x: tf.Tensor) => {
        try {
          const y = (step ?? forward)(x);
          return [y.shape, bytesOf(y)];
        } catch (error) {
          return String(error);
        }
      };
      const trace = batches(12, 6).map(({ x }, i) =>
        tf.tidy(() => {
          if (i === 6) Reflect.set(layer, field, next());
          return [run(tf.tensor(x)), Object.values(layer.stateDict()).map((kept) => bytesOf(kept))];
        }),
      );
      if (isCaptured && step !== null) {
        expect(step.status.replayed).toBeGreaterThan(2);
        expect(told).toEqual([]);
        Reflect.set(layer, field, first);
        for (let i = 0; i < 7; i++) tf.tidy(() => void inside(tf.ones([6, 6])));
        expect(told).toEqual([`it sets ${field} of a ${layer.constructor.name}; set it between calls`]);
      }
      step?.dispose();
      inside.dispose();
      layer.dispose();
      return trace;
    }

    it.each(FIELDS)('a %s whose %s is set between calls', (_, field, make, next) => {
      expect(layerTrace(make, field, next, true)).toEqual(layerTrace(make, field, next, false));
    });

    it('a forward that is put in place of a layer’s in a Sequential', () => {
      const layer = new ReLU();
      const model = new Sequential(new Sequential(layer));
      const step = capture((x: tf.Tensor) => model.forward(x));
      const first = () => tf.tidy(() => step(tf.tensor1d([-2, 3])).dataSync()[0]);
      expect(Array.from({ length: 5 }, first)).toEqual([0, 0, 0, 0, 0]);
      expect(step.status.mode).toBe('replaying');
      Reflect.set(layer, 'forward', (x: tf.Tensor) => tf.neg(x));
      expect(Array.from({ length: 5 }, first)).toEqual([2, 2, 2, 2, 2]);
      expect(step.status.mode).toBe('replaying');
      Reflect.deleteProperty(layer, 'forward');
      expect(first()).toBe(0);
      step.dispose();
    });

    it('what is assigned to variables from outside', () => {
      expectSameTraining(
        changed(({ first, last, optimizer }, index) =>
          tf.tidy(() => {
            if (index === 4) first.weight.assign(tf.fill([6, 8], 0.25));
            if (index === 6) last.bias!.assign(tf.mul(last.bias!, 2));
            if (index !== 7) return;
            const mean = optimizer.stateDict().state['0.weight']!['exp_avg'];
            if (mean instanceof tf.Variable) mean.assign(tf.zerosLike(mean));
          }),
        ),
        batches(12),
      );
    });

    it('a state that is loaded into the module or the optimizer', () => {
      const kept = new Map<Network, { model: Record<string, tf.Tensor>; optimizer: object }>();
      expectSameTraining(
        changed((network, index) => {
          const { model, optimizer } = network;
          if (index === 4) {
            const state = optimizer.stateDict();
            kept.set(network, {
              model: Object.fromEntries(
                Object.entries(model.stateDict()).map(([key, value]) => [key, value.clone()]),
              ),
              optimizer: {
                ...state,
                state: Object.fromEntries(
                  Object.entries(state.state).map(([key, entries]) => [
                    key,
                    Object.fromEntries(
                      Object.entries(entries).map(([name, value]) => [
                        name,
                        value instanceof tf.Tensor ? value.clone() : value,
                      ]),
                    ),
                  ]),
                ),
              },
            });
          }
          const before = kept.get(network);
          if (index !== 8 || before === undefined) return;
          model.loadStateDict(before.model);
          optimizer.loadStateDict(before.optimizer as ReturnType<typeof optimizer.stateDict>);
          tf.dispose([before.model, before.optimizer as tf.TensorContainerObject]);
        }),
        batches(14),
      );
    });

    it('training and evaluation in turn, with a graph for each', () => {
      const { status } = expectSameTraining(
        changed(({ model }, index) => void model.train(index % 2 === 0)),
        batches(14),
      );
      expect(status.graphs).toBe(2);
    });

    it('another probability of dropping, a rate, a schedule and options of groups', () => {
      expectSameTraining(
        changed(({ dropout, optimizer }, index) => {
          if (index === 4) dropout.p = 0.6;
          if (index === 8) optimizer.learningRate = 0.5;
          if (index === 9) optimizer.learningRate = (step) => 1 / (1 + step);
          if (index === 10) optimizer.paramGroups[0]!.weightDecay = 0.3;
          if (index === 14) optimizer.paramGroups[0]!.betas = [0.8, 0.99];
          if (index === 18) optimizer.paramGroups[0]!.betas = [0.1, 0.99];
          if (index === 22) optimizer.paramGroups[0]!.amsgrad = true;
          if (index === 26) optimizer.paramGroups[0]!.weightDecay = 0;
        }),
        batches(32),
      );
    });

    it('parameters that are frozen and thawed', () => {
      expectSameTraining(
        changed(({ first, last }, index) => {
          if (index === 4) first.requiresGrad(false);
          if (index === 8) last.bias!.trainable = false;
          if (index === 12) first.requiresGrad(true);
        }),
        batches(18),
      );
    });

    it('hooks, which see each step from then on', () => {
      const seen: string[][] = [];
      const removals: (() => void)[] = [];
      const { told } = expectSameTraining(
        changed(({ last }, index) => {
          if (index === 3) {
            const mine: string[] = [];
            seen.push(mine);
            removals.push(last.registerForwardHook((_, __, output) => void mine.push(bytesOf(output))));
          }
          if (index === 10) removals.pop()?.();
        }),
        batches(16),
        { told: ['a module in it has a forward hook, which is to see each step'] },
      );
      expect(seen[0]).toHaveLength(7);
      expect(seen[1]).toEqual(seen[0]);
      expect(told).toHaveLength(1);
    });

    it('another optimizer that updates the same variables in between', () => {
      const others = new Map<Network, SGD>();
      expectSameTraining(
        changed((network, index) => {
          const { model, first } = network;
          const other =
            others.get(network) ?? new SGD(model.parameters(), { learningRate: 0.1, momentum: 0.9 });
          others.set(network, other);
          tf.tidy(() => other.applyGradients({ [first.weight.name]: tf.fill([6, 8], index) }));
          if (index === 9) other.dispose();
        }),
        batches(10),
      );
    });

    it('clones of variables, and results, which keep what they were', () => {
      const kept = new Map<Network, { clone: tf.Tensor; bytes: string }[]>();
      expectSameTraining(
        changed((network, index) => {
          const mine = kept.get(network) ?? [];
          kept.set(network, mine);
          const clone = network.first.weight.clone();
          mine.push({ clone, bytes: bytesOf(clone) });
          if (index < 9) return;
          for (const { clone, bytes } of mine) expect(bytesOf(clone)).toBe(bytes);
          tf.dispose(mine.map(({ clone }) => clone));
        }),
        batches(10),
      );
    });

    it('a variable that it updates as an argument of a call', () => {
      type Step = (x: tf.Tensor) => tf.Tensor;
      const train = (prepare: (step: Step) => Step) => {
        const weight = tf.tidy(() => tf.variable(tf.tensor1d([1, 2])));
        const optimizer = new SGD([weight], { learningRate: 0.5, momentum: 0.5 });
        const step = prepare((x: tf.Tensor) => {
          optimizer.applyGradients({ [weight.name]: x });
          return tf.sum(x);
        });
        const trace = tf.tidy(() =>
          Array.from({ length: 8 }, (_, i) => {
            const sum = step(i < 4 ? tf.tensor1d([i, 1]) : weight);
            return [bytesOf(sum), bytesOf(weight)];
          }),
        );
        tf.dispose(weight);
        optimizer.dispose();
        return trace;
      };
      const captured: { status: CaptureStatus; dispose: () => void }[] = [];
      const replayed = train((step) => {
        const made = capture(step);
        captured.push(made);
        return made;
      });
      expect(replayed).toEqual(train((step) => step));
      expect(captured[0]?.status.mode).toBe('replaying');
      captured[0]?.dispose();
    });

    it('labels that are no argument, and are checked in each call', () => {
      const layer = new Linear(2, 3);
      const [x, labels] = tf.tidy(() => [tf.ones([2, 2]), tf.tensor1d([0, 2], 'int32')]);
      const step = capture(() => crossEntropy(layer.forward(x), labels));
      const losses = Array.from({ length: 6 }, () => {
        const tensors = tf.memory().numTensors;
        const loss = step();
        expect(tf.memory().numTensors).toBe(tensors + 1);
        const bytes = bytesOf(loss);
        loss.dispose();
        return bytes;
      });
      expect(new Set(losses).size).toBe(1);
      expect(step.status).toEqual({ mode: 'replaying', reason: null, replayed: 4, graphs: 1 });
      tf.dispose([x, labels]);
      expect(step).toThrow('disposed');
      step.dispose();
      layer.dispose();
    });
  },
  { backends: ['tensorflow', 'native'] },
);

import * as tf from '@tensorflow/tfjs-core';
import { Linear } from '@trainkit/nn';
import { describeBackends } from '@trainkit/testing';
import { describeOptions } from '@trainkit/testing/options';
import { expect, it } from 'vitest';
import { kinds } from '../fixtures/optimizers.js';
import * as exported from './index.js';
import {
  Adam,
  type AdamTensors,
  AdamW,
  adamUpdate,
  adamw,
  adamwUpdate,
  clipGradNorm,
  clipGradValue,
  constantThenDecay,
  cosine,
  cosineWarmRestarts,
  cyclic,
  cyclicMomentum,
  decayGroups,
  ExponentialMovingAverage,
  exponential,
  inverseSquareRoot,
  joinSchedules,
  LBFGS,
  linear,
  linearWarmup,
  lrFinder,
  multiStep,
  oneCycle,
  oneCycleMomentum,
  polynomial,
  ReduceOnPlateau,
  RMSprop,
  Rprop,
  SGD,
  type SGDTensors,
  StochasticWeightAveraging,
  sgd,
  sgdUpdate,
  step,
  swaRate,
  updateBatchNorm,
} from './index.js';

const rate = { learningRate: 0.1 };

describeBackends('refused are', () => {
  it('options that are out of their range', () => {
    const w = tf.tidy(() => tf.variable(tf.ones([2])));
    const { NaN: nan } = Number;
    const cases: [make: () => unknown, message: string][] = [
      [
        () => new SGD([w], { learningRate: nan }),
        'SGD: learningRate is NaN; expected a finite number of at least 0, or a schedule (step) => rate.',
      ],
      [
        () => new SGD([w], {} as never),
        'SGD: learningRate is undefined; expected a finite number of at least 0',
      ],
      [
        () => new SGD([w], { ...rate, momentum: -1 }),
        'SGD: momentum is -1; expected a finite number of at least 0.',
      ],
      [() => new SGD([w], { ...rate, dampening: nan }), 'SGD: dampening is NaN; expected a finite number.'],
      [
        () => new SGD([w], { ...rate, nesterov: true }),
        'SGD: nesterov is true with momentum 0 and dampening 0; expected a momentum above 0 and a dampening of 0.',
      ],
      [
        () => new SGD([w], { ...rate, nesterov: true, momentum: 0.9, dampening: 0.1 }),
        'SGD: nesterov is true with momentum 0.9 and dampening 0.1; expected a momentum above 0 and a dampening of 0.',
      ],
      [() => new SGD([w], { ...rate, maximize: 1 as never }), 'SGD: maximize is 1; expected true or false.'],
      [
        () => new Adam([w], { betas: [0.9, 1] }),
        'Adam: betas is [0.9, 1]; expected two numbers, each at least 0 and below 1.',
      ],
      [
        () => new Adam([w], { betas: [nan, 0.9] }),
        'Adam: betas is [NaN, 0.9]; expected two numbers, each at least 0 and below 1.',
      ],
      [
        () => new Adam([w], { betas: 0.9 as never }),
        'Adam: betas is 0.9; expected two numbers, each at least 0 and below 1.',
      ],
      [() => new AdamW([w], { eps: -1 }), 'AdamW: eps is -1; expected a finite number of at least 0.'],
      [
        () => new AdamW([w], { weightDecay: -1 }),
        'AdamW: weightDecay is -1; expected a finite number of at least 0.',
      ],
      [
        () => new RMSprop([w], { alpha: 1.5 }),
        'RMSprop: alpha is 1.5; expected a finite number from 0 to 1.',
      ],
      [
        () => new Rprop([w], { etas: [1.2, 0.5] }),
        'Rprop: etas is [1.2, 0.5]; expected a number in (0, 1) and a number above 1.',
      ],
      [
        () => new Rprop([w], { stepSizes: [50, nan] }),
        'Rprop: stepSizes is [50, NaN]; expected a number of at least 0 and a number that is not smaller.',
      ],
      [
        () => new AdamW([w], { lr: 0.1 } as never),
        'AdamW: received the unknown option "lr"; expected learningRate, betas, eps, weightDecay, amsgrad, maximize. ' +
          'Write learningRate.',
      ],
      [
        () => Reflect.construct(AdamW, [[w], { toString: 1 }]),
        'AdamW: received the unknown option "toString"; expected learningRate, betas, eps, weightDecay, amsgrad, maximize.',
      ],
      [
        () => Reflect.construct(SGD, [[{ params: [w], constructor: 1 }], rate]),
        'SGD: paramGroups[0]: received the unknown option "constructor"; expected learningRate, momentum,',
      ],
      [
        () => decayGroups([w], { weightDecay: -1 }),
        'decayGroups: weightDecay is -1; expected a finite number',
      ],
      [
        () => decayGroups(w as never),
        'decayGroups: parameters is a float32 variable of shape [2]; expected an array of variables or of',
      ],
      [
        () => decayGroups([3 as never]),
        'decayGroups: a parameter is 3; expected a tf.Variable or a pair [path, variable].',
      ],
    ];
    for (const [make, message] of cases) expect(make, message).toThrow(message);
    w.dispose();
  });

  it('what is no options, as callers without types give them', () => {
    const w = tf.tidy(() => tf.variable(tf.ones([2])));
    const cases: [call: () => unknown, message: string][] = [
      ...[undefined, null, 0.1].flatMap((options): [() => unknown, string][] => {
        const text = `options is ${options}; expected an object of named options. Write`;
        return [
          [() => Reflect.construct(SGD, [[w], options]), `SGD: ${text} { learningRate: … }`],
          [() => Reflect.apply(sgd, undefined, [options]), `SGD: ${text} { learningRate: … }`],
          [() => Reflect.apply(cosine, undefined, [1, options]), `cosine: ${text} { steps: … }`],
          [() => Reflect.apply(oneCycle, undefined, [1, options]), `oneCycle: ${text} { steps: … }`],
          [() => Reflect.apply(multiStep, undefined, [1, options]), `multiStep: ${text} { milestones: … }`],
          [
            () => Reflect.apply(joinSchedules, undefined, [[1, 2], options]),
            `joinSchedules: ${text} { milestones: … }`,
          ],
        ];
      }),
      ...[null, 0.1].flatMap((options): [() => unknown, string][] => {
        const text = `options is ${options}; expected an object of named options. Write`;
        return [
          [() => Reflect.construct(Adam, [[w], options]), `Adam: ${text}`],
          [() => Reflect.construct(AdamW, [[w], options]), `AdamW: ${text}`],
          [() => Reflect.apply(adamw, undefined, [options]), `AdamW: ${text}`],
          [() => Reflect.apply(decayGroups, undefined, [[w], options]), `decayGroups: ${text}`],
          [() => Reflect.apply(clipGradNorm, undefined, [[w], 1, options]), `clipGradNorm: ${text}`],
          [() => Reflect.construct(ReduceOnPlateau, [1, options]), `ReduceOnPlateau: ${text}`],
        ];
      }),
      [
        () => new AdamW([w], { betas: ['0.9', '0.99'] as never }),
        'AdamW: betas is ["0.9", "0.99"]; expected two numbers, each at least 0 and below 1.',
      ],
      [
        () => clipGradNorm([w], '1' as never),
        'clipGradNorm: maxNorm is "1"; expected a number of at least 0.',
      ],
      [
        () => clipGradValue([w], '1' as never),
        'clipGradValue: value is "1"; expected a number of at least 0.',
      ],
      [
        () => new ReduceOnPlateau(1).loadStateDict(null as never),
        'ReduceOnPlateau.loadStateDict: state is null; expected { learningRate, best, bad, cooldown }, as stateDict() returns it.',
      ],
    ];
    for (const [call, message] of cases) expect(call, message).toThrow(message);
    w.dispose();
  });
});

// Options are checked first: nothing is made of the parameters.
describeOptions({
  ...Object.fromEntries(kinds.map(({ name }) => factoryOf(name))),
  AveragedWeights: (options) => new StochasticWeightAveraging([], options),
  ExponentialMovingAverage: (options) => new ExponentialMovingAverage([], options),
  LBFGS: (options) => new LBFGS([], options),
  ParameterOptimizer: (options) => new AdamW([], options),
  'ParameterOptimizer.addParamGroup': (options: object) => adamw().addParamGroup({ params: [], ...options }),
  'ParameterOptimizer.loadStateDict': (options) => {
    const optimizer = adamw();
    return optimizer.loadStateDict(optimizer.stateDict(), options);
  },
  ReduceOnPlateau: (options) => new ReduceOnPlateau(1, options),
  StochasticWeightAveraging: (options) => new StochasticWeightAveraging([], options),
  adamUpdate: (options) => adamUpdate({} as AdamTensors, options),
  adamwUpdate: (options) => adamwUpdate({} as AdamTensors, options),
  clipGradNorm: (options) => clipGradNorm([], 1, options),
  constantThenDecay: (options) => constantThenDecay(1, options),
  cosine: (options) => cosine(1, options),
  cosineWarmRestarts: (options) => cosineWarmRestarts(1, options),
  cyclic: (options) => cyclic(1, options),
  cyclicMomentum,
  decayGroups: (options) => decayGroups([], options),
  exponential: (options) => exponential(1, options),
  inverseSquareRoot: (options) => inverseSquareRoot(1, options),
  joinSchedules: (options) => joinSchedules([1], options),
  linear: (options) => linear(1, options),
  linearWarmup: (options) => linearWarmup(1, options),
  lrFinder: (options) => lrFinder(() => 1, options),
  multiStep: (options) => multiStep(1, options),
  oneCycle: (options) => oneCycle(1, options),
  oneCycleMomentum,
  polynomial: (options) => polynomial(1, options),
  sgdUpdate: (options) => sgdUpdate({} as SGDTensors, options),
  step: (options) => step(1, options),
  swaRate: (options) => swaRate(1, options),
  updateBatchNorm: (options) => updateBatchNorm(new Linear(1, 1), [], options),
});

/**
 * The function for `model.compile` that each optimizer has: its name with small letters, or a small
 * first letter.
 */
function factoryOf(name: string): [name: string, factory: (options: never) => unknown] {
  const names = [name.toLowerCase(), `${name.charAt(0).toLowerCase()}${name.slice(1)}`];
  for (const each of names) {
    const factory: unknown = Reflect.get(exported, each);
    if (typeof factory === 'function') return [each, (options) => factory(options)];
  }
  throw new Error(`There is no ${names.join(' nor ')}(options) for model.compile.`);
}

import * as tf from '@tensorflow/tfjs-core';
import { describeBackends } from '@trainkit/testing';
import { expect, it } from 'vitest';
import {
  Adam,
  AdamW,
  adamw,
  clipGradNorm,
  clipGradValue,
  cosine,
  decayGroups,
  joinSchedules,
  multiStep,
  oneCycle,
  ReduceOnPlateau,
  SGD,
  sgd,
} from './index.js';

const rate = { learningRate: 0.1 };

describeBackends('refused are', () => {
  it('options that are out of their range', () => {
    const w = tf.tidy(() => tf.variable(tf.ones([2])));
    const { NaN: nan } = Number;
    const cases: [make: () => unknown, message: string][] = [
      [
        () => new SGD([w], { learningRate: nan }),
        'SGD: learningRate must be a finite number of at least 0, or a schedule (step) => rate; received NaN.',
      ],
      [() => new SGD([w], {} as never), 'SGD: learningRate must be a finite number of at least 0'],
      [
        () => new SGD([w], { ...rate, momentum: -1 }),
        'SGD: momentum must be a finite number of at least 0; received -1.',
      ],
      [
        () => new SGD([w], { ...rate, dampening: nan }),
        'SGD: dampening must be a finite number; received NaN.',
      ],
      [
        () => new SGD([w], { ...rate, nesterov: true }),
        'SGD: nesterov needs a momentum above 0 and a dampening of 0; received momentum 0, dampening 0.',
      ],
      [
        () => new SGD([w], { ...rate, nesterov: true, momentum: 0.9, dampening: 0.1 }),
        'SGD: nesterov needs a momentum above 0 and a dampening of 0; received momentum 0.9, dampening 0.1.',
      ],
      [
        () => new SGD([w], { ...rate, maximize: 1 as never }),
        'SGD: maximize must be true or false; received 1.',
      ],
      [
        () => new Adam([w], { betas: [0.9, 1] }),
        'Adam: betas must be two numbers, each at least 0 and below 1; received [0.9, 1].',
      ],
      [
        () => new Adam([w], { betas: [nan, 0.9] }),
        'Adam: betas must be two numbers, each at least 0 and below 1; received [NaN, 0.9].',
      ],
      [
        () => new Adam([w], { betas: 0.9 as never }),
        'Adam: betas must be two numbers, each at least 0 and below 1; received 0.9.',
      ],
      [() => new AdamW([w], { eps: -1 }), 'AdamW: eps must be a finite number of at least 0; received -1.'],
      [
        () => new AdamW([w], { weightDecay: -1 }),
        'AdamW: weightDecay must be a finite number of at least 0; received -1.',
      ],
      [
        () => new AdamW([w], { lr: 0.1 } as never),
        "AdamW: no option 'lr'; there are learningRate, betas, eps, weightDecay, amsgrad, maximize. " +
          "PyTorch's lr is learningRate here.",
      ],
      [
        () => Reflect.construct(AdamW, [[w], { toString: 1 }]),
        "AdamW: no option 'toString'; there are learningRate, betas, eps, weightDecay, amsgrad, maximize.",
      ],
      [
        () => Reflect.construct(SGD, [[{ params: [w], constructor: 1 }], rate]),
        "SGD: paramGroups[0]: no option 'constructor'; there are learningRate, momentum,",
      ],
      [() => decayGroups([w], { weightDecay: -1 }), 'decayGroups: weightDecay must be a finite number'],
      [
        () => decayGroups(w as never),
        'decayGroups: the parameters are an array of variables or of [path, variable] pairs',
      ],
      [
        () => decayGroups([3 as never]),
        'decayGroups: a parameter is a tf.Variable or a pair [path, variable]; received 3.',
      ],
    ];
    for (const [make, message] of cases) expect(make, message).toThrow(message);
    w.dispose();
  });

  it('what is no options, as callers without types give them', () => {
    const w = tf.tidy(() => tf.variable(tf.ones([2])));
    const cases: [call: () => unknown, message: string][] = [
      ...[undefined, null, 0.1].flatMap((options): [() => unknown, string][] => {
        const received = `; received ${options}.`;
        return [
          [
            () => Reflect.construct(SGD, [[w], options]),
            `SGD: options is an object, like { learningRate: 0.1 }${received}`,
          ],
          [
            () => Reflect.apply(sgd, undefined, [options]),
            `SGD: options is an object, like { learningRate: 0.1 }${received}`,
          ],
          [
            () => Reflect.apply(cosine, undefined, [1, options]),
            `cosine: options is an object, like { steps: 100 }${received}`,
          ],
          [
            () => Reflect.apply(oneCycle, undefined, [1, options]),
            `oneCycle: options is an object, like { steps: 100 }${received}`,
          ],
          [
            () => Reflect.apply(multiStep, undefined, [1, options]),
            `multiStep: options is an object, like { milestones: [100] }${received}`,
          ],
          [
            () => Reflect.apply(joinSchedules, undefined, [[1, 2], options]),
            `joinSchedules: options is an object, like { milestones: [100] }${received}`,
          ],
        ];
      }),
      ...[null, 0.1].flatMap((options): [() => unknown, string][] => {
        const text = `options is an object, like {}, or left out; received ${options}.`;
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
        "AdamW: betas must be two numbers, each at least 0 and below 1; received ['0.9', '0.99'].",
      ],
      [
        () => clipGradNorm([w], '1' as never),
        "clipGradNorm: maxNorm must be a number of at least 0; received '1'.",
      ],
      [
        () => clipGradValue([w], '1' as never),
        "clipGradValue: value must be a number of at least 0; received '1'.",
      ],
      [
        () => new ReduceOnPlateau(1).loadStateDict(null as never),
        'ReduceOnPlateau.loadStateDict: a state is { learningRate, best, bad, cooldown }, as stateDict() gives it;',
      ],
    ];
    for (const [call, message] of cases) expect(call, message).toThrow(message);
    w.dispose();
  });
});

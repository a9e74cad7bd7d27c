import '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs-core';
import { show } from '@trainkit/checks';
import { Generator } from '@trainkit/random';
import { expectNoLeak } from '@trainkit/testing';
import { describe, expect, it } from 'vitest';
import { Dropout, dropout, dropoutMask } from './index.js';
import { dropout as layer } from './layers.js';

/** Calls a function of the package with arguments that its types forbid. */
function call(called: typeof dropout | typeof dropoutMask, ...args: unknown[]): () => unknown {
  return () => Reflect.apply(called, undefined, args);
}

const x = tf.ones([2]);
const generator = new Generator(0);
const start = generator.stateDict();

const wrong: [title: string, attempt: () => unknown, message: string][] = [
  ...[-0.1, 1.0000001, 50, Number.NaN, Number.POSITIVE_INFINITY, null, '0.5', true, {}].flatMap(
    (p): [string, () => unknown, string][] => {
      const shown = show(p);
      const text = `: p is ${shown}; expected a probability from 0 to 1. It is the share of elements that are dropped: 10 % is 0.1.`;
      return [
        [`dropout, p = ${shown}`, call(dropout, x, p, { generator }), `dropout${text}`],
        [
          `in evaluation, p = ${shown}`,
          call(dropout, x, p, { generator, training: false }),
          `dropout${text}`,
        ],
        [`dropoutMask, p = ${shown}`, call(dropoutMask, [2], p, { generator }), `dropoutMask${text}`],
        [`Dropout, p = ${shown}`, () => Reflect.construct(Dropout, [p, { generator }]), `Dropout${text}`],
      ];
    },
  ),
  [
    'a seed in the generator’s place',
    call(dropout, x, 0.5, { generator: 7 }),
    'dropout: generator is 7; expected a Generator of @trainkit/random. Write { generator: new Generator(7) }.',
  ],
  [
    'null in the generator’s place',
    () => Reflect.construct(Dropout, [0.5, { generator: null }]),
    'Dropout: generator is null; expected a Generator of @trainkit/random. Write { generator: new Generator(seed) }.',
  ],
  [
    'a bigint seed in the generator’s place',
    call(dropoutMask, [2], 0.5, { generator: 7n }),
    'dropoutMask: generator is 7n; expected a Generator of @trainkit/random. Write { generator: new Generator(7n) }.',
  ],
  ...[null, 7].flatMap((options): [string, () => unknown, string][] => {
    const text = `: options is ${options}; expected an object of named options.`;
    return [
      [`dropout, ${options} for options`, call(dropout, x, 0.5, options), `dropout${text}`],
      [`dropoutMask, ${options} for options`, call(dropoutMask, [2], 0.5, options), `dropoutMask${text}`],
      [`Dropout, ${options} for options`, () => Reflect.construct(Dropout, [0.5, options]), `Dropout${text}`],
      [
        `the layer, ${options} for options`,
        () => Reflect.apply(layer, undefined, [options]),
        `dropout${text}`,
      ],
    ];
  }),
  [
    'a mode that is none',
    call(dropout, x, 0.5, { generator, training: null }),
    'dropout: training is null; expected true or false.',
  ],
  [
    'an array for x',
    call(dropout, [1, 2], 0.5, { generator }),
    'dropout: x is [1, 2]; expected a tensor. Write tf.tensor(…).',
  ],
  ['nothing for x', call(dropout), 'dropout: x is undefined; expected a tensor.'],
  ['a function for x', call(dropout, () => x), 'dropout: x is the function (anonymous); expected a tensor.'],
  ...['four', [2, -1], [1.5], [Number.NaN], null].map((shape): [string, () => unknown, string] => [
    `the shape ${JSON.stringify(shape)}`,
    call(dropoutMask, shape, 0.5, { generator }),
    `dropoutMask: shape is ${show(shape)}; expected an array of whole numbers of at least 0.`,
  ]),
];

describe('errors', () => {
  it.each(wrong)('%s', async (_title, attempt, message) => {
    await expectNoLeak(() => {
      expect(attempt).toThrow(message);
    });
    expect(generator.stateDict(), 'nothing was drawn').toEqual(start);
  });

  it.each(['int32', 'bool', 'complex64'] as const)('x of %s, in either mode', async (dtype) => {
    await expectNoLeak(() => {
      tf.tidy(() => {
        const other = tf.zeros([2], dtype);
        for (const training of [true, false]) {
          expect(() => dropout(other, 0.5, { generator, training })).toThrow(
            ` ${dtype} tensor of shape [2]; expected float32. Write x.cast('float32').`,
          );
        }
      });
    });
    expect(generator.stateDict(), 'nothing was drawn').toEqual(start);
  });

  it('a disposed x, in either mode', () => {
    const gone = tf.ones([2, 3]);
    gone.dispose();
    for (const training of [true, false]) {
      expect(() => dropout(gone, 0.5, { generator, training })).toThrow(
        'dropout: x, of shape [2, 3], is disposed; expected a tensor with its data.',
      );
    }
    expect(generator.stateDict(), 'nothing was drawn').toEqual(start);
  });
});

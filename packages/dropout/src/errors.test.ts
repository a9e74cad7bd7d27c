import '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs-core';
import { Generator, show } from '@trainkit/random';
import { expectNoLeak } from '@trainkit/testing';
import { describe, expect, it } from 'vitest';
import { Dropout, dropout, dropoutMask } from './index.js';
import { dropout as layer } from './layers.js';

/** Calls a function of the package with what its types forbid. */
function call(called: typeof dropout | typeof dropoutMask, ...args: unknown[]): () => unknown {
  return () => Reflect.apply(called, undefined, args);
}

const x = tf.ones([2]);
const generator = new Generator(0);
const start = generator.state();

const wrong: [title: string, attempt: () => unknown, message: string][] = [
  ...[-0.1, 1.0000001, 50, Number.NaN, Number.POSITIVE_INFINITY, null, '0.5', true, {}].flatMap(
    (p): [string, () => unknown, string][] => {
      const shown = show(p);
      const text = `: p is the probability of dropping an element, a number from 0 to 1 (10 % is 0.1); received ${shown}.`;
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
    'dropout: generator must be a Generator of @trainkit/random; received 7. Write { generator: new Generator(7) }.',
  ],
  [
    'null in the generator’s place',
    () => Reflect.construct(Dropout, [0.5, { generator: null }]),
    'Dropout: generator must be a Generator of @trainkit/random; received null. Write { generator: new Generator(seed) }.',
  ],
  [
    'a bigint seed in the generator’s place',
    call(dropoutMask, [2], 0.5, { generator: 7n }),
    'dropoutMask: generator must be a Generator of @trainkit/random; received 7n. Write { generator: new Generator(7n) }.',
  ],
  ...[null, 7].flatMap((options): [string, () => unknown, string][] => {
    const text = `: options is an object, like {}, or left out; received ${options}.`;
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
    'dropout: training must be true or false; received null.',
  ],
  [
    'an array for x',
    call(dropout, [1, 2], 0.5, { generator }),
    'dropout: x must be a tensor; received [1, 2]. Write tf.tensor(x).',
  ],
  ['nothing for x', call(dropout), 'dropout: x must be a tensor; received undefined. Write tf.tensor(x).'],
  [
    'a function for x',
    call(dropout, () => x),
    'dropout: x must be a tensor; received function (anonymous). Write tf.tensor(x).',
  ],
  ...['four', [2, -1], [1.5], [Number.NaN], null].map((shape): [string, () => unknown, string] => [
    `the shape ${JSON.stringify(shape)}`,
    call(dropoutMask, shape, 0.5, { generator }),
    'dropoutMask: shape must be an array of whole numbers from 0 on, like [128, 512]; received ',
  ]),
];

describe('errors', () => {
  it.each(wrong)('%s', async (_title, attempt, message) => {
    await expectNoLeak(() => {
      expect(attempt).toThrow(message);
    });
    expect(generator.state(), 'nothing was drawn').toEqual(start);
  });

  it.each(['int32', 'bool', 'complex64'] as const)('x of %s, in either mode', async (dtype) => {
    await expectNoLeak(() => {
      tf.tidy(() => {
        const other = tf.zeros([2], dtype);
        for (const training of [true, false]) {
          expect(() => dropout(other, 0.5, { generator, training })).toThrow(
            `dropout: x must be float32; received ${dtype}. Write x.cast('float32').`,
          );
        }
      });
    });
    expect(generator.state(), 'nothing was drawn').toEqual(start);
  });

  it('a disposed x, in either mode', () => {
    const gone = tf.ones([2, 3]);
    gone.dispose();
    for (const training of [true, false]) {
      expect(() => dropout(gone, 0.5, { generator, training })).toThrow(
        'dropout: x, of shape [2, 3], is disposed. In a tf.tidy, tf.keep what is to outlive it.',
      );
    }
    expect(generator.state(), 'nothing was drawn').toEqual(start);
  });
});

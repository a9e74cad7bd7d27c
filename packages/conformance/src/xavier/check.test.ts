import * as tf from '@tensorflow/tfjs-core';
import { describeBackends } from '@trainkit/testing';
import { expect, test } from 'vitest';
import type { MistakeName } from '../mistakes.js';
import { checkXavier } from './check.js';

type Fans = [fanIn: number, fanOut: number];

const uniform = (shape: Fans, bound: number) => tf.randomUniform(shape, -bound, bound, 'float32');
const normal = (shape: Fans, std: number) => tf.randomNormal(shape, 0, std);

const RIGHT: readonly [how: string, subject: unknown][] = [
  ['a uniform one', (...[fanIn, fanOut]: Fans) => uniform([fanIn, fanOut], Math.sqrt(6 / (fanIn + fanOut)))],
  ['a normal one', (...[fanIn, fanOut]: Fans) => normal([fanIn, fanOut], Math.sqrt(2 / (fanIn + fanOut)))],
  ['one of a shape', (shape: Fans) => uniform(shape, Math.sqrt(6 / (shape[0] + shape[1])))],
  [
    'one that assigns the weight of a layer',
    (layer: { inFeatures: number; outFeatures: number; weight: tf.Variable }) => {
      const { inFeatures, outFeatures, weight } = layer;
      weight.assign(normal([inFeatures, outFeatures], Math.sqrt(2 / (inFeatures + outFeatures))));
    },
  ],
];

const WRONG: readonly [mistake: MistakeName, how: string, subject: unknown][] = [
  [
    'transposed-weights',
    '',
    (...[fanIn, fanOut]: Fans) => uniform([fanOut, fanIn], Math.sqrt(6 / (fanIn + fanOut))),
  ],
  [
    'transposed-weights',
    ' in arrays',
    (...[fanIn, fanOut]: Fans) => normal([fanOut, fanIn], Math.sqrt(2 / (fanIn + fanOut))).arraySync(),
  ],
  ['fan-in-only', '', (...[fanIn, fanOut]: Fans) => uniform([fanIn, fanOut], Math.sqrt(3 / fanIn))],
  ['fan-out-only', '', (...[fanIn, fanOut]: Fans) => normal([fanIn, fanOut], Math.sqrt(1 / fanOut))],
  ['kaiming-variance', '', (...[fanIn, fanOut]: Fans) => normal([fanIn, fanOut], Math.sqrt(2 / fanIn))],
  [
    'standard-deviation-as-bound',
    '',
    (...[fanIn, fanOut]: Fans) => uniform([fanIn, fanOut], Math.sqrt(2 / (fanIn + fanOut))),
  ],
  [
    'variance-as-standard-deviation',
    '',
    (...[fanIn, fanOut]: Fans) => normal([fanIn, fanOut], 2 / (fanIn + fanOut)),
  ],
  [
    'not-centered',
    '',
    (...[fanIn, fanOut]: Fans) =>
      tf.randomUniform([fanIn, fanOut], 0, Math.sqrt(6 / (fanIn + fanOut)), 'float32'),
  ],
  [
    'truncated-without-correction',
    '',
    (...[fanIn, fanOut]: Fans) => tf.truncatedNormal([fanIn, fanOut], 0, Math.sqrt(2 / (fanIn + fanOut))),
  ],
  ['size-ignored', '', (...[fanIn, fanOut]: Fans) => normal([fanIn, fanOut], 0.03)],
  ['constant-weights', '', (...[fanIn, fanOut]: Fans) => tf.zeros([fanIn, fanOut])],
  [
    'same-weights-each-time',
    '',
    (...[fanIn, fanOut]: Fans) =>
      tf.randomNormal([fanIn, fanOut], 0, Math.sqrt(2 / (fanIn + fanOut)), 'float32', 7),
  ],
];

describeBackends(
  'checkXavier',
  () => {
    test.each(RIGHT)('finds no mistake in %s', (_, subject) => {
      const report = checkXavier(subject);
      expect(report.checks.filter(({ status }) => status !== 'passed')).toEqual([]);
      expect(report).toMatchObject({ part: 'xavier', passed: true, mistakes: [] });
    });

    test.each(WRONG)('names %s%s and nothing else', (mistake, _, subject) => {
      const report = checkXavier(subject);
      expect(report.passed).toBe(false);
      expect(report.mistakes).toEqual([mistake]);
    });

    test.each([
      [(fanIn: number, fanOut: number) => void tf.zeros([fanIn, fanOut]), 'undefined', ' Is there a return?'],
      [async () => tf.zeros([3, 2]), '[object Promise]', ' Write it without async and await.'],
      [async () => Promise.reject(new Error('no')), '[object Promise]', ' Write it without async and await.'],
      [() => 'weights', '"weights"', ''],
    ])('explains the error of %s without naming a mistake', (subject, value, hint) => {
      const { checks, mistakes } = checkXavier(subject);
      expect(mistakes).toEqual([]);
      for (const { received } of checks)
        expect(received).toBe(
          `xavier returned ${value}; expected a tf.Tensor of shape [fanIn, fanOut].${hint}`,
        );
    });

    test('names the expected shape if the shape is wrong', () => {
      const report = checkXavier(() => tf.zeros([2, 2]));
      expect(report.checks[0]?.received).toBe(
        'xavier(300, 100) returned the shape [2, 2]; expected [300, 100].',
      );
    });
  },
  // The arithmetic is the same on each backend; trainkit.test.ts runs right code on all.
  { backends: ['cpu', 'native'] },
);

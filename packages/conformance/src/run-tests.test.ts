import * as tf from '@tensorflow/tfjs-core';
import { describeBackends } from '@trainkit/testing';
import { describe, expect, test } from 'vitest';
import { BatchNorm } from '../fixtures/batch-norms.js';
import { Dropout } from '../fixtures/dropouts.js';
import { LayerNorm } from '../fixtures/layer-norms.js';
import { AdamW } from '../fixtures/optimizers.js';
import { mistakes, runTests } from './index.js';

const RIGHT = { BatchNorm, LayerNorm, Dropout, optimizer: AdamW };

/** The same function without its parameter types, for calls that a type checker would refuse. */
const unchecked: (subjects: unknown) => unknown = (subjects) =>
  Reflect.apply(runTests, undefined, [subjects]);

describeBackends('runTests', () => {
  test('passes right code, part by part', () => {
    const report = runTests(RIGHT);
    expect(report).toMatchObject({ passed: true, mistakes: [], torch: '2.15.0' });
    expect(report.parts.map(({ part }) => part)).toEqual(['BatchNorm', 'LayerNorm', 'Dropout', 'AdamW']);
  });

  test('continues after code that throws, and leaves no tensor behind', () => {
    class Thrower {
      readonly kept = tf.variable(tf.ones([1000]));
      readonly more = tf.keep(tf.ones([3]));
      forward(x: tf.Tensor): tf.Tensor {
        tf.keep(tf.square(x));
        throw new Error('TODO: finish\nthis');
      }
    }
    const report = runTests({ BatchNorm: Thrower, LayerNorm: Thrower, Dropout: Thrower, optimizer: Thrower });
    expect(report.passed).toBe(false);
    expect(report.mistakes).toEqual([]);
    expect(report.parts.map(({ checks }) => checks[0]?.received)).toEqual([
      'Error: TODO: finish',
      'Error: TODO: finish',
      'Error: TODO: finish',
      'AdamW has no method applyGradients. Write: applyGradients(gradients: tf.NamedTensorMap): void { … }',
    ]);
  });

  test('leaves no tensor behind if a constructor throws half-way, or a gradient', () => {
    class HalfWay {
      constructor() {
        tf.keep(tf.ones([5]));
        throw new TypeError('no');
      }
    }
    class InGradient extends BatchNorm {
      override affine(y: tf.Tensor): tf.Tensor {
        if (tf.engine().state.gradientDepth > 0) throw new Error('not under a tape');
        return super.affine(y);
      }
    }
    expect(runTests({ BatchNorm: HalfWay }).parts[0]?.checks[0]?.received).toBe('TypeError: no');
    const failed = runTests({ BatchNorm: InGradient }).parts[0]?.checks.filter(
      ({ status }) => status === 'failed',
    );
    expect(failed?.map(({ name }) => name)).toEqual([
      'gradient of the input',
      'gradient of weight and bias',
      'gradient of the input in evaluation',
    ]);
  });

  test('names two mistakes that were made together', () => {
    class Two extends BatchNorm {
      override runningVariance(variance: tf.Tensor) {
        return variance;
      }
      override denominator(variance: tf.Tensor) {
        return tf.add(tf.sqrt(variance), this.eps);
      }
    }
    const report = runTests({ BatchNorm: Two });
    expect([...report.mistakes].sort()).toEqual(['biased-running-variance', 'epsilon-outside-root']);
  });

  test('reports an unclear cause', () => {
    class Odd extends LayerNorm {
      override affine(y: tf.Tensor) {
        return tf.add(super.affine(y), 0.125);
      }
    }
    const [part] = runTests({ LayerNorm: Odd }).parts;
    expect(part?.mistakes).toEqual([]);
    expect(part?.checks[0]).toMatchObject({
      status: 'failed',
      diagnosis: {
        mistakes: [],
        candidates: [],
        explanation:
          'unclear: none of the known mistakes, and no three of them together, give these numbers.',
      },
    });
  });

  test('names the missing property, and the code to write', () => {
    class Bare {
      training = true;
      forward(x: tf.Tensor) {
        return tf.clone(x);
      }
    }
    const received = runTests({ BatchNorm: Bare }).parts[0]?.checks[1]?.received;
    expect(received).toMatch(
      /^There is no property runningMean \(running_mean or .* are accepted too\)\. Write: this\.runningMean = tf\.variable\(…\)$/,
    );
  });

  test('returns data that survive JSON', () => {
    const report = runTests({ ...RIGHT, Dropout: class {} });
    expect(JSON.parse(JSON.stringify(report))).toEqual(report);
  });
});

describe('runTests with subjects that cannot be checked', () => {
  test.each([
    [undefined, 'runTests: subjects is undefined; expected an object such as { BatchNorm: MyBatchNorm }.'],
    [null, 'runTests: subjects is null; expected an object such as { BatchNorm: MyBatchNorm }.'],
    [7, 'runTests: subjects is 7; expected an object such as { BatchNorm: MyBatchNorm }.'],
    [[], 'runTests: subjects is []; expected an object such as { BatchNorm: MyBatchNorm }.'],
    [
      {},
      'runTests: subjects is empty; expected a class or a factory function at least. Write { BatchNorm: MyBatchNorm }.',
    ],
    [
      { BatchNorm: undefined },
      'runTests: BatchNorm is undefined; expected a class or a factory function. Is it exported, and imported by that name?',
    ],
    [
      { optimizer: 3 },
      'runTests: optimizer is 3; expected a class or a factory function. Is it exported, and imported by that name?',
    ],
    [
      { optimizer: { Lion: class {} } },
      'runTests: there are no checks for "Lion"; expected AdamW, Adam, SGD.',
    ],
    [
      { optimizer: { toString: class {} } },
      'runTests: there are no checks for "toString"; expected AdamW, Adam, SGD.',
    ],
    [
      { BatchNorm2d: class {} },
      'runTests: there are no checks for "BatchNorm2d"; expected xavier, BatchNorm, LayerNorm, Dropout, AdamW, Adam, SGD, optimizer. Write BatchNorm.',
    ],
  ])('refuses %j', (subjects, message) => {
    expect(() => unchecked(subjects)).toThrow(new TypeError(message));
  });
});

describe('mistakes', () => {
  test.each(Object.entries(mistakes))('%s is explained in sentences', (_, { what, look }) => {
    expect(what).toMatch(/^[A-Z\dpr].*\.$/);
    expect(look).toMatch(/^[A-Z].*/);
  });
});

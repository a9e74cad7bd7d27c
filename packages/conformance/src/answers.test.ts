import * as tf from '@tensorflow/tfjs-core';
import { describeBackends } from '@trainkit/testing';
import { expect, test } from 'vitest';
import { RIGHT } from '../fixtures/answers/right.js';
import { BATCH_NORMS, LAYER_NORMS } from '../fixtures/answers/wrong-norms.js';
import { ADAMWS, SGDS } from '../fixtures/answers/wrong-optimizers.js';
import { DROPOUTS, XAVIERS } from '../fixtures/answers/wrong-others.js';
import { runTests } from './index.js';
import type { PartReport } from './report.js';

/** The mistakes of a part in the notation of the tables. */
function named({ mistakes, candidates }: PartReport): string {
  return [[...mistakes].sort().join(' + '), candidates.join(' | ')].filter(Boolean).join('; ');
}

const sorted = (names: string) => names.split(' + ').sort().join(' + ');

describeBackends(
  'answers of students',
  () => {
    test.each(RIGHT)('%s is right', (_, subjects) => {
      const tensors = tf.memory().numTensors;
      const [part] = runTests(subjects).parts;
      expect(part?.checks.filter(({ status }) => status !== 'passed')).toEqual([]);
      expect(tf.memory().numTensors).toBe(tensors);
    });

    test.each([...XAVIERS, ...BATCH_NORMS, ...LAYER_NORMS, ...DROPOUTS, ...ADAMWS, ...SGDS])(
      'names %s (%s)',
      (mistakes, _, subjects) => {
        const tensors = tf.memory().numTensors;
        const { passed, parts } = runTests(subjects);
        expect(passed).toBe(false);
        expect(parts.map(named)).toEqual([sorted(mistakes)]);
        expect(tf.memory().numTensors).toBe(tensors);
      },
    );
  },
  // The arithmetic is the same on each backend.
  { backends: ['cpu'] },
);

import { decodeSafetensors, encodeSafetensors } from '@trainkit/safetensors';
import { describeBackends } from '@trainkit/testing';
import fc from 'fast-check';
import { beforeAll, expect, it } from 'vitest';
import { type Dataset, loadData } from '../data/load.js';
import { testConfig } from '../testing/run-config.js';
import { Training } from '../training/training.js';
import type { TrainingState } from '../training/training-state.js';
import { decodeCheckpoint, encodeCheckpoint, UnusableCheckpoint } from './format.js';

let data: Dataset;
beforeAll(async () => {
  data = await loadData('sample');
});

const config = testConfig({ hiddenSizes: [6], maxSteps: 9, dropout: 0.5, normalization: 'batchnorm' });

/** The state after a step, an evaluation and another step: everything in it is something. */
async function stateOfATraining(): Promise<TrainingState> {
  const training = new Training(config, data);
  try {
    for (let i = 0; i < 2; i++) {
      const { loss, accuracy } = training.trainStep({ gradientNorm: false, gradients: false });
      loss.dispose();
      accuracy.dispose();
      if (i === 0) await training.evaluate(async () => undefined);
    }
    return training.state();
  } finally {
    training.dispose();
  }
}

const why = (bytes: Uint8Array, now = config) => {
  try {
    decodeCheckpoint(bytes, now);
  } catch (error) {
    if (error instanceof UnusableCheckpoint) return error.message;
    throw error;
  }
  return null;
};

describeBackends(
  'a checkpoint',
  () => {
    let state: TrainingState;
    let bytes: Uint8Array;
    beforeAll(async () => {
      state = await stateOfATraining();
      bytes = encodeCheckpoint(state, config);
    });

    it('holds a state, all of it, in the same bytes each time', () => {
      const { bestModel, ...rest } = decodeCheckpoint(bytes, config);
      const { bestModel: expected, ...others } = state;
      expect(rest).toEqual(others);
      expect(bestModel).toEqual(expected);
      expect(expected).not.toBeNull();
      expect(encodeCheckpoint(state, config)).toEqual(bytes);
    });

    it('is of the same run when that gets more steps, and of no other', () => {
      expect(why(bytes, { ...config, maxSteps: 10 })).toBeNull();
      expect(why(bytes, { ...config, maxSteps: 8 })).toBe(
        "it belongs to another config: its maxSteps is 9, the run's is 8",
      );
      expect(why(bytes, { ...config, maxSteps: 10, dropout: 0.25 })).toBe(
        "it belongs to another config: its dropout is 0.5, the run's is 0.25",
      );
      expect(why(bytes, { ...config, seed: 4 })).toContain('its seed is 3');
    });

    it('is refused where it is cut short anywhere', () => {
      fc.assert(
        fc.property(fc.integer({ min: 0, max: bytes.length - 1 }), (length) => {
          expect(why(bytes.subarray(0, length))).toMatch(/^it is truncated or damaged \(.*[^.]\)$/s);
        }),
      );
    });

    it('is refused where any bit is another one', () => {
      fc.assert(
        fc.property(
          fc.integer({ min: 0, max: bytes.length - 1 }),
          fc.integer({ min: 0, max: 7 }),
          (place, bit) => {
            const altered = bytes.slice();
            altered[place] = (altered[place] ?? 0) ^ (1 << bit);
            expect(why(altered)).toMatch(
              /^it (is truncated or damaged|was altered|is a safetensors file, but no|belongs to)|its format is version/,
            );
          },
        ),
      );
    });

    it('is refused where it is of a newer version, or no checkpoint', () => {
      const { tensors, metadata } = decodeSafetensors(bytes);
      expect(why(encodeSafetensors(tensors, { metadata: { ...metadata, version: '2' } }))).toBe(
        'its format is version 2, and this program reads up to 1: it was written by a newer one',
      );
      expect(why(encodeSafetensors(tensors))).toBe('it is a safetensors file, but no checkpoint of a run');
    });
  },
  { backends: ['cpu'] },
);

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { batchNormModel } from './batch-norm/check.js';
import { agrees } from './diagnosis/compare.js';
import { compareWithGoldens } from './diagnosis/compare-with-goldens.js';
import { expectations } from './diagnosis/expectations.js';
import type { Model } from './diagnosis/model.js';
import { ANYTHING, type Observations, observe } from './diagnosis/observation.js';
import { batchNormGoldens } from './goldens/batch-norm.js';
import { layerNormGoldens } from './goldens/layer-norm.js';
import { optimizerGoldens } from './goldens/optimizers.js';
import { layerNormModel } from './layer-norm/check.js';
import { optimizerModel } from './optimizer/check.js';

describeModel('BatchNorm', batchNormModel, batchNormGoldens.expected, 1e-4);
describeModel('LayerNorm', layerNormModel, layerNormGoldens.expected, 1e-4);
describeModel('AdamW', optimizerModel('AdamW'), optimizerGoldens.expected.AdamW, 1e-5, [
  'exponent-missing = step-not-advanced',
  'xor-instead-of-power = power-reversed',
]);
describeModel('Adam', optimizerModel('Adam'), optimizerGoldens.expected.Adam, 1e-5, [
  'parameters-not-assigned = moments-not-assigned',
  'exponent-missing = step-not-advanced',
  'xor-instead-of-power = power-reversed',
]);
describeModel('SGD', optimizerModel('SGD'), optimizerGoldens.expected.SGD, 1e-5, [
  'momentum-of-gradient = momentum-twice',
]);

/**
 * Asserts the laws of every model: without mistakes it gives PyTorch's numbers, and each mistake
 * changes some number by ten times the tolerance of the checks.
 *
 * @param twins mistakes that give the same numbers; both are named, the commoner first
 */
function describeModel<Flag>(
  title: string,
  model: Model<Flag>,
  goldens: Parameters<typeof expectations>[0],
  tolerance: number,
  twins: readonly string[] = [],
): void {
  const expected = expectations(goldens);
  const play = (...flags: Flag[]) => observe((record) => model.play(new Set(flags), record));
  const names = model.hypotheses.map(({ mistake }) => mistake);

  describe(`the model of ${title}`, () => {
    test('equals PyTorch without mistakes', () => {
      const seen = play();
      expect([...seen.keys()].sort()).toEqual([...expected.keys()].sort());
      // Goldens have 12 digits, gradients by differences have 9.
      for (const [check, value] of seen)
        expect(agrees(value, expected.get(check)!.values, 1e-8), check).toBe(true);
    });

    test('makes mistakes that show, and each otherwise', () => {
      const played = model.hypotheses.map(({ mistake, flag }) => ({ mistake, flag, seen: play(flag) }));
      const right = play();
      const different = (one: Observations, other: Observations) =>
        [...one].some(([check, value]) => {
          const against = other.get(check)!;
          return value !== ANYTHING && against !== ANYTHING && !agrees(value, against, 10 * tolerance);
        });
      const found: string[] = [];
      for (const [i, one] of played.entries()) {
        expect(different(one.seen, right), `${one.mistake}`).toBe(true);
        for (const other of played.slice(i + 1)) {
          if (other.mistake === one.mistake) continue;
          const same = !different(one.seen, other.seen);
          if (same) found.push(`${one.mistake} = ${other.mistake}`);
        }
      }
      expect([...new Set(found)]).toEqual(twins);
    });

    test('gives predictions for any set of mistakes', () => {
      fc.assert(
        fc.property(fc.subarray([...model.hypotheses], { minLength: 1, maxLength: 2 }), (made) => {
          const seen = play(...made.map(({ flag }) => flag));
          // An observation that a model leaves open is no evidence.
          const numbers = new Map([...seen].filter(([, value]) => value !== ANYTHING));
          const checks = compareWithGoldens(numbers, expected, model, tolerance);
          for (const { status, diagnosis } of checks) {
            expect(diagnosis === null).toBe(status === 'passed');
            for (const name of diagnosis?.mistakes ?? []) expect(names).toContain(name);
          }
        }),
        { numRuns: 15 },
      );
    });
  });
}

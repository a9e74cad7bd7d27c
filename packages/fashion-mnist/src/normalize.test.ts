import { describe, expect, test } from 'vitest';
import golden from '../goldens/pixels.json' with { type: 'json' };
import { normalizationTable } from './normalize.js';

describe('normalizationTable', () => {
  test.each(golden.cases)('equals PyTorch bit for bit: mean $mean, std $std', ({ mean, std, values }) => {
    expect(Array.from(normalizationTable('here', { mean, std }))).toEqual(values);
  });

  test.each([
    [Number.NaN, 1, 'here: mean is NaN; expected a finite number.'],
    [1e300, 1, 'here: mean is 1e+300; expected a finite number.'],
    [0, 0, 'here: std is 0; expected a finite number above 0.'],
    [0, -1, 'here: std is -1; expected a finite number above 0.'],
    [0, 1e-300, 'here: std is 1e-300; expected a finite number above 0.'],
  ])('refuses mean %d, std %d', (mean, std, message) => {
    expect(() => normalizationTable('here', { mean, std })).toThrow(message);
  });
});

import { describe, expect, test } from 'vitest';
import golden from '../goldens/pixels.json' with { type: 'json' };
import { normalizationTable } from './normalize.js';

describe('normalizationTable', () => {
  test.each(golden.cases)('equals PyTorch bit for bit: mean $mean, std $std', ({ mean, std, values }) => {
    expect(Array.from(normalizationTable(mean, std))).toEqual(values);
  });

  test.each([
    [Number.NaN, 1, 'mean must be a finite number; received NaN'],
    [1e300, 1, 'mean must be a finite number; received 1e+300'],
    [0, 0, 'std must be a number above 0; received 0'],
    [0, -1, 'std must be a number above 0; received -1'],
    [0, 1e-300, 'std must be a number above 0; received 1e-300'],
  ])('refuses mean %d, std %d', (mean, std, message) => {
    expect(() => normalizationTable(mean, std)).toThrow(message);
  });
});

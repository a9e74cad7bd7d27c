import { describe, expect, it } from 'vitest';
import { missingPyTorch, resultHeadings, resultRow } from './results.js';
import { resultTable } from './table.js';
import { fakeResults } from './testing/fake-result.js';

describe('the table of results', () => {
  it('puts PyTorch beside our figures, and no same-seed figure beside another stream', () => {
    const results = fakeResults();
    const rows = results.map(resultRow);
    expect(resultHeadings(results)[5]).toBe('PyTorch, seed 0');
    expect(rows[0]).toEqual({
      title: 'Xavier (yours)',
      firstLoss: '1.5000',
      lastLoss: '0.5007',
      testLoss: '0.0000',
      accuracy: '80.00 %',
      sameSeed: '82.57 %',
      seeds: '82.83 % (82.57 % to 83.07 %)',
    });
    expect(rows[1]?.sameSeed).toBe('another stream');
    expect(missingPyTorch(results)).toBeNull();
    expect(resultTable(results)).toMatch(/Xavier \(yours\).*82\.57 %/);
  });

  it.each([
    [
      'a run that was cut short',
      { steps: 20 },
      /The runs have 20 steps; PyTorch's figures are those of three whole epochs/,
    ],
    ['a seed that was not recorded', { seed: 77 }, /figures for seed 77 were not recorded/],
    [
      'other data',
      { data: { name: 'custom', trainImages: 1, testImages: 1, sha256: '' } },
      /PyTorch was not run on this data/,
    ],
  ] as const)('says why PyTorch is missing beside %s', (_what, changes, message) => {
    const results = fakeResults(changes);
    expect(missingPyTorch(results)).toMatch(message);
    expect(resultTable(results)).toMatch(message);
    expect(resultRow(results[0]!).sameSeed).toBe('–');
  });
});

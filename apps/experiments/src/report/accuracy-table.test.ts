import { describe, expect, it } from 'vitest';
import { findRun } from '../sections/index.js';
import { fakeRecord, recordsOf } from '../testing/fake-record.js';
import { fakeResults, SAMPLE } from '../testing/fake-result.js';
import { accuracyTable, printedTable } from './accuracy-table.js';

describe('the table of results', () => {
  it('shows PyTorch’s figures beside ours, and no same-seed figure for another random stream', () => {
    const table = accuracyTable('Initialization', recordsOf(fakeResults()));
    const { headings, rows, notes } = table;
    expect(headings).toEqual([
      'Initialization',
      'First loss',
      'Last loss',
      'Test loss',
      'Test accuracy',
      'PyTorch, seed 0',
      'PyTorch, mean of 6 seeds (range)',
    ]);
    expect(rows[0]).toEqual([
      'Xavier (yours)',
      '1.5000',
      '0.5007',
      '0.0000',
      '80.00 %',
      '82.57 %',
      '82.83 % (82.57 to 83.07 %)',
    ]);
    expect(rows[1]?.[5]).toBe('–');
    expect(notes).toEqual([]);
    expect(printedTable(table)).toMatch(/Xavier \(yours\).*82\.57 %/);
  });

  it('notes settings with which PyTorch was not run', () => {
    const run = { ...findRun('init/xavier'), pytorch: null };
    const { notes } = accuracyTable('Run', [fakeRecord(run)]);
    expect(notes).toEqual(['PyTorch was not run with these settings, so it has no figures here.']);
  });

  it('notes runs on the sample in the terminal', () => {
    expect(printedTable(accuracyTable('Run', recordsOf(fakeResults({ data: SAMPLE }))))).toMatch(
      /\nOn the embedded SAMPLE \(6,000 train and 1,000 test images\), not on the full Fashion-MNIST\.$/,
    );
  });

  it.each([
    [
      'a run that was cut short',
      { steps: 20 },
      /The runs have 20 steps; PyTorch's figures are those of 1,407 steps/,
    ],
    ['a seed that was not recorded', { seed: 77n }, /figures for seed 77 were not recorded/],
    ['other data', { data: { ...SAMPLE, name: 'custom' } }, /PyTorch was not run on this data/],
  ] as const)('gives the reason why PyTorch is missing for %s', (_what, changes, message) => {
    const table = accuracyTable('Initialization', recordsOf(fakeResults(changes)));
    expect(table.notes.at(-1)).toMatch(message);
    expect(printedTable(table)).toMatch(message);
    expect(table.rows[0]?.[5]).toBe('–');
  });
});

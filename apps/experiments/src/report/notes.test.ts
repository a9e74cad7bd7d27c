import { describe, expect, it } from 'vitest';
import { findRun } from '../sections/index.js';
import { fakeRecord } from '../testing/fake-record.js';
import { SAMPLE } from '../testing/fake-result.js';
import { chanceNotes, shortRunsNote } from './notes.js';

/** A run of 10,000 steps on the full set, and a tenth of them on the sample. */
const RUN = findRun('ablation/dropout_only');

const full = (steps: number) => fakeRecord(RUN, { steps });
const sample = (steps: number) => fakeRecord(RUN, { steps, data: SAMPLE });

describe('runs that were cut short', () => {
  it('are those of fewer than half the steps, on the sample of its own', () => {
    expect(shortRunsNote([full(4999)])).toBe(
      '<p class="loud">These runs were cut short: Dropout has 4,999 steps of 10,000. Their figures say little about the exercise.</p>',
    );
    expect(shortRunsNote([full(5000)])).toBe('');
    expect(shortRunsNote([sample(499)])).toContain('Dropout has 499 steps of 1,000.');
    expect(shortRunsNote([sample(500)])).toBe('');
  });

  it('do not include runs that early stopping ended', () => {
    expect(shortRunsNote([{ ...full(100), stoppedEarly: true }])).toBe('');
  });

  it('are named by the first of them, in HTML', () => {
    const named = { ...sample(1), title: 'Mine & yours' };
    expect(shortRunsNote([sample(1000), named, sample(10)])).toContain('Mine &amp; yours has 1 step of');
    expect(shortRunsNote([])).toBe('');
  });
});

it('notes the differences that chance may cause', () => {
  expect(chanceNotes([sample(1000)])).toEqual([
    'With 1,000 test images, the choice of images alone can account for 3.5 points between two accuracies (95 %).',
  ]);
  expect(chanceNotes([])).toEqual([]);
});

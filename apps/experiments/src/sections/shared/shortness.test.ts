import { describe, expect, it } from 'vitest';
import { fakeResult, SAMPLE } from '../../testing/fake-result.js';
import { findRun } from '../index.js';
import { shortness } from './shortness.js';

/** A run of 10,000 steps on the full set, and a tenth of them on the sample. */
const RUN = findRun('ablation/dropout_only');

const full = (steps: number) => fakeResult(RUN, { steps });
const sample = (steps: number) => fakeResult(RUN, { steps, data: SAMPLE });

describe('runs that were cut short', () => {
  it('are those of fewer than half the steps', () => {
    expect(shortness([full(4999)])).toBe(
      '<p class="loud">These runs were cut short (Dropout after 4,999 steps): what follows is true of them, and says little of the exercise\'s.</p>',
    );
    expect(shortness([full(5000)])).toBe('');
    expect(shortness([full(10_000)])).toBe('');
  });

  it('have a limit between two steps for an odd length', () => {
    const odd = (steps: number) => fakeResult(findRun('init/xavier'), { steps });
    // The whole run has 1,407 steps.
    expect(shortness([odd(703)])).toContain('after 703 steps');
    expect(shortness([odd(704)])).toBe('');
  });

  it('are compared with the sample’s length on the sample', () => {
    expect(shortness([sample(499)])).toContain('(Dropout after 499 steps)');
    expect(shortness([sample(500)])).toBe('');
    expect(shortness([full(500)])).toContain('(Dropout after 500 steps)');
  });

  it('do not include runs that early stopping ended', () => {
    const short = full(100);
    const stopped = { ...short, end: { ...short.end, stoppedEarly: true } };
    expect(shortness([short])).not.toBe('');
    expect(shortness([stopped])).toBe('');
  });

  it('may have one step', () => {
    expect(shortness([sample(1)])).toContain('(Dropout after 1 step)');
  });

  it('are named by the first of them, in HTML', () => {
    const named = { ...sample(20), run: { ...RUN, title: 'Mine & yours' } };
    expect(shortness([sample(1000), named, sample(10)])).toContain('(Mine &amp; yours after 20 steps)');
    expect(shortness([])).toBe('');
  });
});

import { describe, expect, it } from 'vitest';
import { findRun, findSections } from './index.js';

describe('findSections', () => {
  it('returns all sections without a number, in order, and each named one once', () => {
    const all = findSections([]).map((section) => section.number);
    expect(all).toEqual([...all].sort());
    expect(findSections([...all, ...all].reverse()).map((section) => section.number)).toEqual(all);
    expect(findSections(['1', '1']).map((section) => section.number)).toEqual(['1']);
  });

  it.each(['0', '7', 'one', ''])('has no section %j', (number) => {
    expect(() => findSections(['1', number])).toThrow(/Try: experiments 1$/);
  });
});

describe('findRun', () => {
  it('finds every run by a unique name', () => {
    const runs = findSections([]).flatMap((section) => section.runs);
    for (const run of runs) expect(findRun(run.name)).toBe(run);
  });
});

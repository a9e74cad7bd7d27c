import { expect } from 'vitest';
import type { MistakeName } from '../mistakes.js';
import type { PartReport } from '../report.js';

/** A wrong implementation: the mistake it makes, how it makes it, and the class or function. */
export type Mistaken = readonly [mistake: MistakeName, how: string, subject: unknown];

/** Asserts that a report names `mistake` for every failed check, and nothing else anywhere. */
export function expectOnly(report: PartReport, mistake: MistakeName): void {
  expect(report.passed).toBe(false);
  expect(report.mistakes).toEqual([mistake]);
  for (const { name, status, diagnosis } of report.checks) {
    const expected =
      status === 'failed' ? expect.objectContaining({ mistakes: [mistake], candidates: [] }) : null;
    expect(diagnosis, name).toEqual(expected);
  }
}

/** Asserts that a report has nothing but passed checks, and how many. */
export function expectFlawless(report: PartReport, count: number): void {
  expect(report.checks.filter(({ status }) => status !== 'passed')).toEqual([]);
  expect(report.checks).toHaveLength(count);
  expect(report).toMatchObject({ passed: true, mistakes: [] });
}

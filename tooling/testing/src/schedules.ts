import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

/** Steps for the laws, including steps after the end of every schedule. */
const anyStep = fc.oneof(fc.nat(100), fc.nat(1_000_000));

/**
 * Runs the laws of every learning-rate schedule.
 *
 * - Each rate is a finite number of at least 0.
 * - A rate depends on the step alone: steps may be evaluated twice, in any order, and by a schedule
 *   that was created later. A resumed run therefore has the rates of an uninterrupted one.
 *
 * @param make creates the schedule, a function from a step to a rate
 *
 * @example
 * ```text
 * describeSchedule('inverse square root', () => (step) => 0.1 / Math.sqrt(1 + step));
 * ```
 */
export function describeSchedule(title: string, make: () => (step: number) => number): void {
  describe(`the schedule ${title}`, () => {
    it('has finite rates of at least 0', () => {
      const schedule = make();
      fc.assert(
        fc.property(anyStep, (step) => {
          const rate = schedule(step);
          expect(Number.isFinite(rate) && rate >= 0, `${rate} at step ${step}`).toBe(true);
        }),
      );
    });

    it('has one rate for a step, whichever steps were evaluated before', () => {
      const whole = make();
      fc.assert(
        fc.property(fc.array(anyStep, { minLength: 1, maxLength: 8 }), (steps) => {
          const resumed = make();
          const rates = steps.map((step) => whole(step));
          expect(steps.toReversed().map((step) => resumed(step))).toEqual(rates.toReversed());
          expect(steps.map((step) => whole(step))).toEqual(rates);
        }),
      );
    });
  });
}

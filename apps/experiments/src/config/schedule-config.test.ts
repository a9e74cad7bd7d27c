import fc from 'fast-check';
import { expect, it } from 'vitest';
import { learningRateOf, scheduleKinds, scheduleSchema } from './schedule-config.js';
import { experimentConfigSchema } from './schema.js';

const rates = (schedule: object | null, warmupSteps = 0) => {
  const rate = learningRateOf({
    learningRate: 0.5,
    schedule: schedule && scheduleSchema.parse(schedule),
    warmupSteps,
  });
  return [0, 1, 2, 4, 8].map((step) => (typeof rate === 'function' ? rate(step) : rate));
};

const close = (values: number[]) => values.map((value) => expect.closeTo(value, 12));

it.each<[object | null, number[]]>([
  [null, [0.5, 0.5, 0.5, 0.5, 0.5]],
  [{ kind: 'linear', steps: 4 }, [0.5, 0.375, 0.25, 0, 0]],
  [{ kind: 'cosine', steps: 4, end: 0.1 }, [0.5, 0.1 + 0.4 * ((1 + Math.SQRT1_2) / 2), 0.3, 0.1, 0.1]],
  [{ kind: 'polynomial', steps: 4, power: 2 }, [0.5, 0.28125, 0.125, 0, 0]],
  [{ kind: 'exponential', gamma: 0.5 }, [0.5, 0.25, 0.125, 0.03125, 0.001953125]],
  [{ kind: 'step', stepSize: 2 }, [0.5, 0.5, 0.05, 0.005, 0.00005]],
  [{ kind: 'multi-step', milestones: [1, 8], gamma: 0.5 }, [0.5, 0.25, 0.25, 0.25, 0.125]],
])('%j gives the rates of the steps', (schedule, expected) => {
  expect(rates(schedule)).toEqual(close(expected));
});

it('warms up to the schedule’s first rate, and counts the schedule’s steps from there', () => {
  expect(rates(null, 2)).toEqual(close([0, 0.25, 0.5, 0.5, 0.5]));
  expect(rates({ kind: 'linear', steps: 4 }, 2)).toEqual(close([0, 0.25, 0.5, 0.25, 0]));
});

it('knows the kinds by their names', () => {
  expect(scheduleKinds).toContain('one-cycle');
  expect(scheduleSchema.safeParse({ kind: 'one-cycle', steps: 8 }).success).toBe(true);
  expect(Math.max(...rates({ kind: 'one-cycle', steps: 8 }))).toBeLessThanOrEqual(0.5);
});

/** Settings at the limits of a schedule's values, and beyond them. */
const anySchedule = () => {
  const steps = fc.oneof(fc.integer({ min: -1, max: 6 }), fc.constantFrom(1.5, 2 ** 31, 2 ** 53));
  const rate = fc.oneof(fc.constantFrom(-1, 0, 1e-320, 1, 3e38, 1e308), fc.double({ noNaN: true }));
  return fc.record({
    learningRate: rate,
    warmupSteps: steps,
    schedule: fc.record({
      kind: fc.constantFrom(...scheduleKinds),
      steps,
      end: rate,
      power: rate,
      gamma: rate,
      stepSize: steps,
      milestones: fc.array(steps, { maxLength: 3 }),
    }),
  });
};

it('rejects every schedule that the optimizers reject or that has an invalid rate', () => {
  const taken = new Set<string>();
  fc.assert(
    fc.property(anySchedule(), fc.integer({ min: 0, max: 9 }), ({ schedule, ...settings }, step) => {
      const keys = scheduleSchema.options.find((option) => option.shape.kind.value === schedule.kind)?.shape;
      const own = Object.fromEntries(Object.entries(schedule).filter(([key]) => keys && key in keys));
      const parsed = experimentConfigSchema.safeParse({ run: 'a', ...settings, schedule: own });
      if (!parsed.success) return;
      taken.add(schedule.kind);
      const rate = learningRateOf(parsed.data);
      const now = typeof rate === 'function' ? rate(step) : rate;
      expect(now).toBeGreaterThanOrEqual(0);
      expect(now).toBeLessThan(Number.POSITIVE_INFINITY);
    }),
    { numRuns: 5000 },
  );
  expect([...taken].sort()).toEqual([...scheduleKinds].sort());
});

it.each([0, 1, 2, 3])('accepts a one-cycle of %i steps if the optimizers do', (steps) => {
  const schedule = { kind: 'one-cycle', steps } as const;
  const { success } = scheduleSchema.safeParse(schedule);
  expect(success).toBe(steps > 0);
  const make = () => learningRateOf({ learningRate: 1, warmupSteps: 0, schedule });
  if (success) make();
  else expect(make).toThrow(RangeError);
});

import { expect, it } from 'vitest';
import { learningRateOf, scheduleKinds, scheduleSchema } from './schedule-config.js';

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

it('climbs to where the schedule begins, which counts from there', () => {
  expect(rates(null, 2)).toEqual(close([0, 0.25, 0.5, 0.5, 0.5]));
  expect(rates({ kind: 'linear', steps: 4 }, 2)).toEqual(close([0, 0.25, 0.5, 0.25, 0]));
});

it('knows the kinds by their names', () => {
  expect(scheduleKinds).toContain('one-cycle');
  expect(scheduleSchema.safeParse({ kind: 'one-cycle', steps: 8 }).success).toBe(true);
  expect(Math.max(...rates({ kind: 'one-cycle', steps: 8 }))).toBeLessThanOrEqual(0.5);
});

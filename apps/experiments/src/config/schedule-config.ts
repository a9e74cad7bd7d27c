import {
  cosine,
  exponential,
  type LearningRate,
  linear,
  linearWarmup,
  multiStep,
  oneCycle,
  polynomial,
  step,
} from '@trainkit/optimizers';
import { z } from 'zod';

/** The largest finite float32. */
const MAX_FLOAT32 = (2 - 2 ** -23) * 2 ** 127;

/** A learning rate. A larger one than float32 can hold would update with infinities. */
export const rateSchema = z.number().max(MAX_FLOAT32, { error: 'a rate is at most 3.4e38' });

const count = z.int().positive();
const rate = rateSchema.nonnegative().default(0);
const factor = z.number().positive().max(1);

/**
 * The schedule of the learning rate. Its length is a number of steps, and not a share of
 * `maxSteps`, so that a run that continues with more steps keeps its rates.
 */
export const scheduleSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('cosine'), steps: count, end: rate }),
  z.strictObject({ kind: z.literal('linear'), steps: count, end: rate }),
  z.strictObject({
    kind: z.literal('polynomial'),
    steps: count,
    power: z.number().positive().default(1),
    end: rate,
  }),
  z.strictObject({ kind: z.literal('exponential'), gamma: factor }),
  z.strictObject({ kind: z.literal('step'), stepSize: count, gamma: factor.default(0.1) }),
  z.strictObject({
    kind: z.literal('multi-step'),
    milestones: z
      .array(count)
      .min(1)
      .refine(ascend, { error: 'milestones are steps in ascending order, such as [7,30]' }),
    gamma: factor.default(0.1),
  }),
  z.strictObject({ kind: z.literal('one-cycle'), steps: count }),
]);

/** The keys of all kinds. */
export const scheduleKeys = [
  ...new Set(scheduleSchema.options.flatMap((option) => Object.keys(option.shape))),
];

/** The kinds themselves. */
export const scheduleKinds = scheduleSchema.options.flatMap((option) => [...option.shape.kind.values]);

/** See {@link scheduleSchema}. */
type ScheduleConfig = z.infer<typeof scheduleSchema>;

function ascend(milestones: readonly number[]): boolean {
  return milestones.every((milestone, index) => milestone >= (milestones[index - 1] ?? 0));
}

/**
 * Returns the rate of every step: constant or by the schedule, after the linear warmup if there is
 * one.
 */
export function learningRateOf({
  learningRate,
  schedule,
  warmupSteps,
}: {
  learningRate: number;
  schedule: ScheduleConfig | null;
  warmupSteps: number;
}): LearningRate {
  const main = schedule === null ? learningRate : scheduled(learningRate, schedule);
  return warmupSteps === 0 ? main : linearWarmup(main, { steps: warmupSteps });
}

function scheduled(start: number, schedule: ScheduleConfig): LearningRate {
  switch (schedule.kind) {
    case 'cosine':
      return cosine(start, optionsOf(schedule));
    case 'linear':
      return linear(start, optionsOf(schedule));
    case 'polynomial':
      return polynomial(start, optionsOf(schedule));
    case 'exponential':
      return exponential(start, optionsOf(schedule));
    case 'step':
      return step(start, optionsOf(schedule));
    case 'multi-step':
      return multiStep(start, optionsOf(schedule));
    case 'one-cycle':
      return oneCycle(start, optionsOf(schedule));
  }
}

/** Returns the options of a schedule: its config without the kind. */
function optionsOf<Config extends { kind: string }>({ kind: _, ...options }: Config): Omit<Config, 'kind'> {
  return options;
}

import { describeSchedule, expectAllClose } from '@trainkit/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import goldens from '../../goldens/schedules.json' with { type: 'json' };
import {
  constant,
  cosine,
  cosineWarmRestarts,
  exponential,
  joinSchedules,
  linear,
  linearWarmup,
  multiStep,
  oneCycle,
  polynomial,
  type Schedule,
  step,
} from '../index.js';

/** Each row makes the schedule that PyTorch's numbers of that name are of. */
const make: Record<string, (rate: number, options: never) => Schedule> = {
  linear,
  step,
  multiStep,
  exponential,
  polynomial,
  cosine,
  cosineWarmRestarts,
  oneCycle,
  warmupCosine: (rate) => linearWarmup(cosine(rate, { steps: 30 }), { steps: 8, start: 0.1 * rate }),
  joined: (rate) =>
    joinSchedules(
      [
        exponential(rate, { gamma: 0.9 }),
        step(rate, { stepSize: 3, gamma: 0.5 }),
        polynomial(rate, { steps: 9, power: 2 }),
      ],
      { milestones: [7, 19] },
    ),
};

describe('PyTorch parity', () => {
  it.each(goldens.schedules.map((golden) => [golden.name, golden.options, golden] as const))(
    '%s %j',
    (name, _, { rate, options, rates }) => {
      const schedule = make[name]!(rate, options as never);
      expect(rates.length).toBeGreaterThan(30);
      // Both compute in double precision; PyTorch multiplies step by step, which adds up to a few
      // 1e-16 a step.
      expectAllClose(
        rates.map((_, i) => schedule(i)),
        rates,
        { atol: 1e-12, rtol: 1e-12 },
      );
    },
  );
});

describeSchedule('constant', () => constant(0.25));
for (const { name, options, rate } of goldens.schedules) {
  describeSchedule(`${name} ${JSON.stringify(options)}`, () => make[name]!(rate, options as never));
}

const rate = fc.double({ min: 0, max: 10, noNaN: true });
const steps = fc.integer({ min: 2, max: 50 });

/** One row per schedule that ends: what it is past its end is what it ended on. */
const ending: [string, (start: number, end: number, steps: number) => Schedule][] = [
  ['linear', (start, end, steps) => linear(start, { end, steps })],
  ['polynomial', (start, end, steps) => polynomial(start, { end, steps, power: 2 })],
  ['cosine', (start, end, steps) => cosine(start, { end, steps })],
];

describe.each(ending)('%s', (_, schedule) => {
  it('begins at its start and stays at its end', () => {
    fc.assert(
      fc.property(rate, rate, steps, fc.nat(100), (start, end, steps, past) => {
        const rateAt = schedule(start, end, steps);
        expect(rateAt(0)).toBeCloseTo(start, 12);
        expect(rateAt(steps + past)).toBe(end);
      }),
    );
  });

  it('only ever moves from the one towards the other', () => {
    fc.assert(
      fc.property(rate, rate, steps, (start, end, steps) => {
        const rateAt = schedule(start, end, steps);
        for (let i = 0; i < steps; i++) {
          expect((rateAt(i + 1) - rateAt(i)) * Math.sign(end - start)).toBeGreaterThan(-1e-12);
        }
      }),
    );
  });
});

describe('laws', () => {
  it('linearWarmup meets what follows, and what follows starts at its own step 0', () => {
    fc.assert(
      fc.property(rate, rate, steps, fc.nat(60), (peak, start, warm, later) => {
        const after = cosine(peak, { steps: 40 });
        const schedule = linearWarmup(after, { steps: warm, start });
        expect(schedule(0)).toBe(start);
        expect(schedule(warm)).toBe(after(0));
        expect(schedule(warm + later)).toBe(after(later));
        const slope = (after(0) - start) / warm;
        expect(schedule(warm) - schedule(warm - 1)).toBeCloseTo(slope, 10);
      }),
    );
  });

  it('joinSchedules gives each its own count', () => {
    fc.assert(
      fc.property(fc.nat(20), fc.nat(20), fc.nat(60), (first, second, at) => {
        const milestones = [first, first + second];
        const parts = [0, 1, 2].map(
          (part): Schedule =>
            (count) =>
              part * 1000 + count,
        );
        const current = at < first ? 0 : at < first + second ? 1 : 2;
        const begin = [0, ...milestones][current]!;
        expect(joinSchedules(parts, { milestones })(at)).toBe(current * 1000 + at - begin);
      }),
    );
  });

  it('oneCycle peaks at its peak and stays at its last rate', () => {
    fc.assert(
      fc.property(
        rate,
        fc.integer({ min: 10, max: 99 }),
        fc.constantFrom('cosine', 'linear'),
        (peak, steps, anneal) => {
          const schedule = oneCycle(peak, { steps, anneal: anneal === 'linear' ? 'linear' : 'cosine' });
          const rates = Array.from({ length: steps + 5 }, (_, i) => schedule(i));
          expect(Math.max(...rates)).toBeLessThanOrEqual(peak * (1 + 1e-12));
          expect(rates.slice(steps - 1)).toEqual(Array.from({ length: 6 }, () => peak / 25 / 1e4));
          expect(rates[0]).toBeCloseTo(peak / 25, 12);
        },
      ),
    );
  });

  it('cosineWarmRestarts is back at its start after each period', () => {
    fc.assert(
      fc.property(
        rate,
        fc.integer({ min: 1, max: 9 }),
        fc.integer({ min: 1, max: 3 }),
        (start, period, multiplier) => {
          const schedule = cosineWarmRestarts(start, { period, multiplier });
          let at = 0;
          for (let length = period; at < 100; length *= multiplier) {
            expect(schedule(at)).toBeCloseTo(start, 12);
            at += length;
          }
        },
      ),
    );
  });

  it('constant is constant', () => {
    expect([0, 1, 1e9].map(constant(0.25))).toEqual([0.25, 0.25, 0.25]);
  });

  it('milestones are copied, so that the list may go on changing', () => {
    const milestones = [2];
    const schedule = multiStep(1, { milestones, gamma: 0.5 });
    milestones[0] = 0;
    expect(schedule(1)).toBe(1);
  });
});

describe('wrong options', () => {
  it.each<[string, () => unknown, string]>([
    ['constant', () => constant(-1), 'constant: rate is -1; expected a finite number of at least 0.'],
    ['linear', () => linear(1, { steps: 0 }), 'linear: steps is 0; expected a whole number of at least 1.'],
    [
      'linear',
      () => linear(Number.NaN, { steps: 3 }),
      'linear: start is NaN; expected a finite number of at least 0.',
    ],
    [
      'step',
      () => step(1, { stepSize: 1.5 }),
      'step: stepSize is 1.5; expected a whole number of at least 1.',
    ],
    ['step', () => step(1, { stepSize: 1, gamma: 0 }), 'step: gamma is 0; expected a finite number above 0.'],
    [
      'multiStep',
      () => multiStep(1, { milestones: [5, 3] }),
      'multiStep: milestones is [5, 3]; expected whole numbers of at least 0 in ascending order.',
    ],
    [
      'exponential',
      () => exponential(1, { gamma: Number.NaN }),
      'exponential: gamma is NaN; expected a finite number above 0.',
    ],
    [
      'polynomial',
      () => polynomial(1, { steps: 3, power: -1 }),
      'polynomial: power is -1; expected a finite number above 0.',
    ],
    [
      'cosine',
      () => cosine(1, { steps: 3, end: Number.POSITIVE_INFINITY }),
      'cosine: end is Infinity; expected a finite number of at least 0.',
    ],
    [
      'cosineWarmRestarts',
      () => cosineWarmRestarts(1, { period: 3, multiplier: 1.5 }),
      'cosineWarmRestarts: multiplier is 1.5; expected a whole number of at least 1.',
    ],
    [
      'oneCycle',
      () => oneCycle(1, { steps: 10, warmup: 0.6, threePhase: true }),
      'oneCycle: warmup is 0.6; expected the part of the 10 steps in which the rate rises, more than one step and at ' +
        'most 0.5 with threePhase.',
    ],
    [
      'oneCycle',
      () => oneCycle(1, { steps: 1 }),
      'oneCycle: steps is 1; expected a whole number of at least 2.',
    ],
    [
      'joinSchedules',
      () => joinSchedules([1, 2, 3], { milestones: [4] }),
      'joinSchedules: schedules is [1, 2, 3]; expected an array of 2, one more than there are milestones.',
    ],
    [
      'linearWarmup',
      () => linearWarmup(-1, { steps: 4 }),
      'constant: rate is -1; expected a finite number of at least 0.',
    ],
  ])('%s', (_, make, message) => {
    expect(make).toThrow(new RangeError(message));
  });
});

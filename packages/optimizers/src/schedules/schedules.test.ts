import * as tf from '@tensorflow/tfjs';
import { describeSchedule, expectAllClose } from '@trainkit/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import goldens from '../../goldens/schedules.json' with { type: 'json' };
import {
  AdamW,
  chainSchedules,
  constant,
  constantThenDecay,
  cosine,
  cosineWarmRestarts,
  cyclic,
  cyclicMomentum,
  exponential,
  inverseSquareRoot,
  joinSchedules,
  linear,
  linearWarmup,
  multiplicative,
  multiStep,
  oneCycle,
  oneCycleMomentum,
  polynomial,
  type Schedule,
  SGD,
  step,
  swaRate,
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
  cyclic,
  constantThenDecay,
  inverseSquareRoot,
  multiplicative: (rate) => multiplicative(rate, (step) => 1 - 0.3 / (step + 1)),
  chained: (rate) =>
    chainSchedules([
      linear(0.25, { steps: 6, end: 1 }),
      exponential(1, { gamma: 0.9 }),
      step(rate, { stepSize: 5, gamma: 0.5 }),
    ]),
  swaRate: (rate, options) => swaRate(exponential(rate, { gamma: 0.93 }), options),
  warmupOfNone: (rate) => linearWarmup(exponential(rate, { gamma: 0.9 }), { steps: 0 }),
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
      expect(rates.length).toBeGreaterThan(0);
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

/** The schedules of the rate and the momentum, by the name of PyTorch's numbers. */
const momenta: Record<string, { rate: (given: never) => Schedule; momentum: (options: never) => Schedule }> =
  {
    oneCycle: {
      rate: ({ peak, ...options }: { peak: number; steps: number }) => oneCycle(peak, options),
      momentum: oneCycleMomentum,
    },
    cyclic: {
      rate: ({ base, ...options }: { base: number; peak: number }) => cyclic(base, options),
      momentum: cyclicMomentum,
    },
  };

describe('the momentum of PyTorch', () => {
  it.each(goldens.momenta.map((golden) => [golden.name, golden.optimizer, golden.options, golden] as const))(
    'beside %s, for %s: %j',
    (name, kind, options, golden) => {
      const { baseMomentum: _, maxMomentum: __, ...shape } = { baseMomentum: 0, maxMomentum: 0, ...options };
      const learningRate = momenta[name]!.rate({ ...shape, ...golden.rate } as never);
      const momentum = momenta[name]!.momentum(options as never);
      expectAllClose(
        golden.momenta.map((_, i) => momentum(i)),
        golden.momenta,
        { atol: 1e-12, rtol: 1e-12 },
      );
      const parameter = tf.variable(tf.tensor1d([1, -2]));
      const optimizer =
        kind === 'SGD'
          ? new SGD([parameter], { learningRate, momentum: 0.9 })
          : new AdamW([parameter], { learningRate });
      for (const values of golden.parameter) {
        const now = momentum(optimizer.iterations);
        for (const group of optimizer.paramGroups) {
          Object.assign(group, 'betas' in group ? { betas: [now, 0.999] } : { momentum: now });
        }
        optimizer.minimize(() => tf.sum<tf.Scalar>(tf.mul(tf.square(parameter), [1, 3])));
        // Float32 rounds by 6e-8 of a number several times a step.
        expectAllClose(parameter, values, { atol: 2e-6, rtol: 2e-6 });
      }
      optimizer.dispose();
      parameter.dispose();
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

  it('constantThenDecay is its composition of other schedules', () => {
    fc.assert(
      fc.property(rate, steps, steps, steps, (peak, warm, stable, decay) => {
        const schedule = constantThenDecay(peak, {
          steps: warm + stable + decay,
          warmupSteps: warm,
          decaySteps: decay,
        });
        const parts = joinSchedules([peak, linear(peak, { steps: decay })], { milestones: [stable] });
        const composed = linearWarmup(parts, { steps: warm });
        for (let i = 0; i < warm + stable + decay + 2; i++) expect(schedule(i)).toBeCloseTo(composed(i), 12);
      }),
    );
  });

  it('multiplicative asks for each factor once, in any order of steps', () => {
    const asked: number[] = [];
    const schedule = multiplicative(1, (step) => {
      asked.push(step);
      return 0.5;
    });
    expect([4, 0, 2, 4].map(schedule)).toEqual([1 / 16, 1, 1 / 4, 1 / 16]);
    expect(asked).toEqual([1, 2, 3, 4]);
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
      'oneCycle: warmup is 0.6; expected the part of the steps in which the rate rises, from 0 to 0.5 with threePhase.',
    ],
    [
      'oneCycle',
      () => oneCycle(1, { steps: 0 }),
      'oneCycle: steps is 0; expected a whole number of at least 1.',
    ],
    [
      'oneCycleMomentum',
      () => oneCycleMomentum({ steps: 3, maxMomentum: 1 }),
      'oneCycleMomentum: maxMomentum is 1; expected a finite number of at least 0 and below 1.',
    ],
    [
      'cyclic',
      () => cyclic(0.1, { peak: 1, stepSizeUp: 0 }),
      'cyclic: stepSizeUp is 0; expected a whole number of at least 1.',
    ],
    [
      'cyclicMomentum',
      () => cyclicMomentum({ mode: 'triangle' as 'triangular' }),
      'cyclicMomentum: mode is "triangle"; expected "triangular" or "triangular2" or "expRange".',
    ],
    [
      'constantThenDecay',
      () => constantThenDecay(1, { steps: 10, decaySteps: 8, warmupSteps: 3 }),
      'constantThenDecay: decaySteps is 8; expected at most 7, the steps after the warm-up.',
    ],
    [
      'inverseSquareRoot',
      () => inverseSquareRoot(1, { timescale: 0 }),
      'inverseSquareRoot: timescale is 0; expected a finite number above 0.',
    ],
    [
      'multiplicative',
      () => multiplicative(-1, () => 1),
      'multiplicative: start is -1; expected a finite number of at least 0.',
    ],
    [
      'chainSchedules',
      () => chainSchedules([1, -1]),
      'constant: rate is -1; expected a finite number of at least 0.',
    ],
    [
      'swaRate',
      () => swaRate(1, { start: -1, rate: 0.1 }),
      'swaRate: start is -1; expected a whole number of at least 0.',
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

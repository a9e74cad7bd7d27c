import * as tf from '@tensorflow/tfjs';
import { Linear, Module } from '@trainkit/nn';
import { BatchNorm } from '@trainkit/normalization';
import { Generator } from '@trainkit/random';
import { describeBackends, variable } from '@trainkit/testing';
import { describe, expect, it } from 'vitest';
import { AdamW, adamw, combine, cosine, lrFinder, Muon, ScheduleFreeAdamW, SGD } from './index.js';

class Noisy extends Module {
  readonly first = new Linear(3, 4, { generator: new Generator(1) });
  readonly norm = new BatchNorm(4);
  readonly last = new Linear(4, 1, { generator: new Generator(2) });
  readonly generator = new Generator(3);

  override forward(): tf.Tensor {
    const x = tf.tensor(this.generator.normal(18), [6, 3]);
    return this.last.forward(tf.tanh(this.norm.forward(this.first.forward(x))));
  }
}

type Stepping = Parameters<typeof lrFinder>[1]['optimizer'] & {
  minimize(f: () => tf.Scalar, returnCost: true): tf.Scalar;
  dispose(): void;
};

const optimizers: Record<string, (model: Noisy) => Stepping> = {
  AdamW: (model) => new AdamW(model.namedParameters(), { amsgrad: true }),
  'SGD with groups and a schedule': (model) =>
    new SGD(
      [
        { params: model.first.parameters(), learningRate: cosine(0.1, { steps: 9 }) },
        { params: model.norm.parameters() },
        { params: model.last.parameters() },
      ],
      {
        learningRate: 0.05,
        momentum: 0.9,
      },
    ),
  ScheduleFreeAdamW: (model) => new ScheduleFreeAdamW(model.namedParameters()),
  'Muon and AdamW': (model) =>
    combine([
      new Muon([model.first.weight, model.last.weight]),
      new AdamW([...model.norm.parameters(), model.first.bias!, model.last.bias!]),
    ]),
};

describeBackends('lrFinder', () => {
  describe.each(Object.entries(optimizers))('with %s', (_, make) => {
    it.each([0, 3])('restores everything to the bit: after %i steps', async (steps) => {
      const model = new Noisy();
      const optimizer = make(model);
      const step = () => optimizer.minimize(() => tf.mean<tf.Scalar>(tf.square(model.forward())), true);
      for (let i = 0; i < steps; i++) step().dispose();
      const read = () => ({
        weights: Object.values(model.stateDict()).map((each) => each.arraySync()),
        optimizer: JSON.stringify(optimizer.stateDict(), plain),
        generator: model.generator.stateDict(),
        rates: optimizer.paramGroups.map(({ learningRate }) => learningRate),
      });
      const before = read();
      const tensors = tf.memory().numTensors;
      const found = await lrFinder(step, { optimizer, restore: [model, model.generator], steps: 8 });
      expect(found.losses.length).toBe(8);
      expect(read()).toEqual(before);
      expect(tf.memory().numTensors).toBe(tensors);

      step().dispose();
      let calls = 0;
      const fail = () => {
        if (++calls === 3) throw new Error('a failure');
        return step();
      };
      const again = read();
      await expect(lrFinder(fail, { optimizer, restore: [model, model.generator] })).rejects.toThrow(
        'a failure',
      );
      expect(read()).toEqual(again);
      optimizer.dispose();
      model.dispose();
    });
  });
});

/** JSON of tensors by their numbers. */
function plain(_: string, value: unknown): unknown {
  if (ArrayBuffer.isView(value)) return Array.from(value as Float64Array);
  return value instanceof tf.Tensor ? value.arraySync() : value;
}

/** The losses of a parabola that `f` changes, and the rates they were measured at. */
async function curve(f: (loss: number, i: number) => number, options: object = {}) {
  const x = variable(3);
  const optimizer = new SGD([x], { learningRate: 0.1 });
  let i = 0;
  const step = () => {
    const loss = optimizer.minimize(() => tf.sum<tf.Scalar>(tf.square(x)), true);
    const [value = 0] = loss.dataSync();
    loss.dispose();
    return f(value, i++);
  };
  try {
    return await lrFinder(step, { optimizer, start: 1e-4, end: 10, steps: 50, ...options });
  } finally {
    expect(x.dataSync()[0]).toBe(3);
    optimizer.dispose();
    x.dispose();
  }
}

describeBackends(
  'the curve of lrFinder',
  () => {
    it('has rates of a constant factor, losses before their updates, and their running means', async () => {
      const { rates, losses, smoothed, diverged } = await curve((loss) => loss, {
        steps: 6,
        end: 1e-3,
        smoothing: 0.5,
      });
      expect([rates.length, diverged]).toEqual([6, false]);
      for (const [i, rate] of rates.entries()) expect(rate).toBeCloseTo(1e-4 * 10 ** (i / 5), 12);
      expect(losses[0]).toBe(9);
      expect(losses[1]).toBeCloseTo((3 - 1e-4 * 6) ** 2, 5);
      expect(smoothed[0]).toBe(9);
      expect(smoothed[1]).toBeCloseTo((0.25 * 9 + 0.5 * losses[1]!) / 0.75, 10);
    });

    it('suggests the steepest rate, and stops where the loss diverges', async () => {
      const found = await curve((loss) => loss, { smoothing: 0 });
      const { rates, losses, suggestion, minimum, diverged } = found;
      expect(diverged).toBe(true);
      expect(rates.length).toBeLessThan(50);
      const slopes = losses.slice(2).map((loss, i) => loss - losses[i]!);
      expect(suggestion).toBe(rates[slopes.indexOf(Math.min(...slopes)) + 1]);
      expect(minimum).toBe(rates[losses.indexOf(Math.min(...losses))]);
      expect(suggestion).toBeLessThan(minimum!);
    });

    it.each([Number.NaN, Infinity])('stops at a loss of %d and leaves it out', async (bad) => {
      const found = await curve((loss, i) => (i === 4 ? bad : loss));
      expect([found.rates.length, found.losses.length, found.diverged]).toEqual([4, 4, true]);
      expect(found.losses.every(Number.isFinite)).toBe(true);
    });

    it('suggests nothing where the loss never falls, or there is none', async () => {
      const rising = await curve((_, i) => 1 + i / 100);
      expect([rising.suggestion, rising.minimum, rising.diverged]).toEqual([null, rising.rates[0], false]);
      const none = await curve(() => Number.NaN);
      expect([none.suggestion, none.minimum, none.diverged, none.rates]).toEqual([null, null, true, []]);
    });

    it('measures losses below 0', async () => {
      const found = await curve((loss) => loss - 20, { smoothing: 0, steps: 20, end: 0.4 });
      expect([found.diverged, found.rates.length]).toEqual([false, 20]);
    });

    it.each<[string, (x: tf.Variable) => unknown, string]>([
      [
        'no step',
        (x) => lrFinder(undefined as never, { optimizer: sgdOf(x) }),
        'lrFinder: step is undefined',
      ],
      [
        'a step without a loss',
        (x) => lrFinder((() => null) as never, { optimizer: sgdOf(x) }),
        'lrFinder: what step returned is null; expected the loss. Write optimizer.minimize(loss, true), with true.',
      ],
      [
        'an optimizer without variables',
        () => lrFinder(() => 1, { optimizer: adamw() }),
        'lrFinder: the optimizer takes every variable; expected one with variables of its own. Write new AdamW(variables, ' +
          'options) in place of adamw(options).',
      ],
      [
        'one without groups',
        () => lrFinder(() => 1, { optimizer: { minimize: () => null } as never }),
        'expected an optimizer of this package.',
      ],
      [
        'rates that do not rise',
        (x) => lrFinder(() => 1, { optimizer: sgdOf(x), start: 1, end: 0.1 }),
        'lrFinder: end is 0.1; expected a finite number above 1.',
      ],
      [
        'what has no state',
        (x) => lrFinder(() => 1, { optimizer: sgdOf(x), restore: [x as never] }),
        'lrFinder: restore[0] is a float32 variable of shape []; expected an object with stateDict() and loadStateDict(state).',
      ],
    ])('refuses %s', async (_, run, message) => {
      const x = variable(1);
      await expect(run(x)).rejects.toThrow(message);
      x.dispose();
    });

    const sgdOf = (x: tf.Variable) => new SGD([x], { learningRate: 0.1 });
  },
  { backends: ['cpu'] },
);

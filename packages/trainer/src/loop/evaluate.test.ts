import * as tf from '@tensorflow/tfjs';
import { Dropout } from '@trainkit/dropout';
import { Linear, Sequential } from '@trainkit/nn';
import { describeBackends, expectNoLeak } from '@trainkit/testing';
import { expect, it } from 'vitest';
import { SquaredError } from '../../fixtures/regression.js';
import { evaluate, Interrupted, type Metric } from '../index.js';

/** New batches of 2 and 1 examples, whose labels are twice the inputs. */
function* batches(keys: readonly [string, string] = ['inputs', 'labels']) {
  for (const values of [[1, 2], [3]]) {
    const x = values.map((value) => [value]);
    yield { [keys[0]]: tf.tensor2d(x), [keys[1]]: tf.tensor2d(x.map(([value = 0]) => [2 * value])) };
  }
}

const double = (x: tf.Tensor) => tf.add(x, x);

describeBackends('evaluate', () => {
  it.each([
    ['inputs', 'labels'],
    ['images', 'targets'],
    ['xs', 'ys'],
  ] as const)('finds %s and %s, over batches of different sizes', async (...keys) => {
    const metrics = { loss: new SquaredError(), count: new Examples() };
    expect(await evaluate((x) => tf.add(x, 1), batches(keys), metrics)).toEqual({ loss: 5 / 3, count: 3 });
    expect(await evaluate(double, batches(keys), metrics), 'reset').toEqual({ loss: 0, count: 3 });
  });

  it('sets a module to evaluation mode, and restores it even after a failure', () =>
    expectNoLeak(async () => {
      const model = new Sequential(new Linear(1, 1), new Dropout(0.5));
      const modes: boolean[] = [];
      const metric = { ...metricOf(() => void modes.push(model.training)) };
      await evaluate(model, batches(), { metric });
      expect([modes, model.training]).toEqual([[false, false], true]);
      const failing = metricOf(() => {
        throw new Error('failed');
      });
      await expect(evaluate(model, batches(), { failing })).rejects.toThrow('failed');
      expect(model.training).toBe(true);
      model.eval();
      await evaluate(model, batches(), { metric });
      expect(model.training).toBe(false);
      model.dispose();
    }));

  it('restores each module’s own mode', () =>
    expectNoLeak(async () => {
      const frozen = new Dropout(0.5).eval();
      const model = new Sequential(new Linear(1, 1), frozen);
      await evaluate(model, batches(), { metric: metricOf(() => undefined) });
      expect([model.training, frozen.training]).toEqual([true, false]);
      model.training = false;
      frozen.training = true;
      const modes: boolean[] = [];
      await evaluate(model, batches(), { metric: metricOf(() => void modes.push(frozen.training)) });
      expect([modes, model.training, frozen.training]).toEqual([[false, false], false, true]);
      model.dispose();
    }));

  it('leaves a batch alone that the model returns as it is', () =>
    expectNoLeak(async () => {
      const list = [...batches()];
      for (let i = 0; i < 2; i++)
        expect(await evaluate((x) => x, list, { loss: new SquaredError() })).toEqual({ loss: 14 / 3 });
      tf.dispose(list);
    }));

  it('evaluates a tf.LayersModel, and leaves the batches of an array alone', () =>
    expectNoLeak(async () => {
      const model = tf.sequential({
        layers: [tf.layers.dense({ units: 1, inputShape: [1], kernelInitializer: 'ones' })],
      });
      const list = [...batches()];
      const metrics = { loss: new SquaredError() };
      for (let i = 0; i < 2; i++)
        expect(await evaluate(model, list, metrics)).toEqual({ loss: (1 + 4 + 9) / 3 });
      tf.dispose(list);
      model.dispose();
    }));

  it('ends when its signal is aborted', () =>
    expectNoLeak(async () => {
      const controller = new AbortController();
      const metric = metricOf(() => controller.abort());
      const evaluation = evaluate(double, batches(), { metric }, { signal: controller.signal });
      await expect(evaluation).rejects.toBeInstanceOf(Interrupted);
    }));
});

it.each([
  [
    3,
    [],
    {},
    'evaluate: model is 3; expected a module, a tf.LayersModel or a function. Write (inputs) => outputs.',
  ],
  [
    double,
    [{ a: 1 }],
    {},
    'evaluate: the batch has a; expected the inputs under inputs, images, xs, x. Give the option inputs: (batch) => ….',
  ],
  [double, [], {}, 'evaluate: batches had none; expected at least one.'],
  [
    double,
    undefined,
    {},
    'evaluate: batches is undefined; expected an iterable or async iterable of batches.',
  ],
  [double, [], new SquaredError(), 'evaluate: metrics is [object SquaredError]; expected metrics by name.'],
  [
    () => 3,
    [{ inputs: tf.scalar(1) }],
    {},
    'evaluate: what the model returned is 3; expected a tensor of outputs.',
  ],
  [
    double,
    [],
    { accuracy: SquaredError },
    'evaluate: the metric accuracy is the class SquaredError; expected an object with update, compute and reset.',
  ],
])('names the fault: %#', async (model, list, metrics, text) => {
  await expect(evaluate(model as never, list as never, metrics as never)).rejects.toThrow(text);
});

class Examples implements Metric<number> {
  #count = 0;
  update(outputs: tf.Tensor): void {
    this.#count += outputs.shape[0] ?? 0;
  }
  compute(): number {
    return this.#count;
  }
  reset(): void {
    this.#count = 0;
  }
}

function metricOf(update: () => void): Metric<number> {
  return { update, compute: () => 0, reset: () => undefined };
}

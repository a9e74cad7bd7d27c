import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { Linear, mseLoss, Sequential } from '@trainkit/nn';
import { BatchNorm } from '@trainkit/normalization';
import { AdamW, combine, ScheduleFreeAdamW, SGD } from '@trainkit/optimizers';
import { Generator } from '@trainkit/random';
import { decodeSafetensors } from '@trainkit/safetensors';
import { describeBackends } from '@trainkit/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runFolder } from '../node/index.js';
import { averagingOptimizer } from './averaging-optimizer.js';
import { Trainer } from './trainer.js';

const x = () =>
  tf.tensor2d([
    [0, 1],
    [1, 0],
    [2, 1],
    [1, 3],
  ]);
const y = () => tf.tensor2d([[1], [2], [3], [5]]);

/** A model, a schedule-free optimizer, and a batch; `free` disposes them. */
function made() {
  const generator = new Generator(0);
  const model = new Sequential(
    new Linear(2, 3, { generator }),
    new BatchNorm(3),
    new Linear(3, 1, { generator }),
  );
  const optimizer = new ScheduleFreeAdamW(model.namedParameters(), { learningRate: 0.1 });
  const batch = { x: x(), y: y() };
  const loss = () => mseLoss(model.forward(batch.x), batch.y);
  const free = () => {
    optimizer.dispose();
    model.dispose();
    tf.dispose([batch.x, batch.y]);
  };
  return { model, optimizer, batch, loss, free };
}

const read = (model: Sequential) =>
  Object.fromEntries(Object.entries(model.stateDict()).map(([path, own]) => [path, [...own.dataSync()]]));

/** The model's training values and averages after each of some steps, without a trainer. */
function expectedRun(steps: number) {
  const { model, optimizer, loss, free } = made();
  const seen = Array.from({ length: steps }, () => {
    optimizer.minimize(loss);
    return { training: read(model), averages: optimizer.evaluate(() => read(model)) };
  });
  free();
  return seen;
}

describeBackends('a trainer with a schedule-free optimizer', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'trainkit-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  /** A trainer whose second validation is the best, and what its validations read. */
  function trainer(restoreBest = false) {
    const { model, optimizer, batch, free } = made();
    const validated: object[] = [];
    const losses = [3, 1, 2, 2];
    const own = new Trainer({
      model,
      optimizer,
      batches: [batch],
      step: ({ x, y }) => ({ loss: mseLoss(model.forward(x), y) }),
      validate: {
        every: 2,
        run: ({ step }) => {
          validated.push(read(model));
          return { loss: losses[Math.floor(step / 2) - 1] ?? 2 };
        },
      },
      best: { metric: 'validation/loss' },
      restoreBest,
    });
    return { own, model, optimizer, validated, free: () => own.dispose().then(free) };
  }

  const file = (name: string) => {
    const { tensors } = decodeSafetensors(readFileSync(join(folder, name)));
    return Object.fromEntries(
      Object.entries(tensors).map(([path, { data }]) => [path, Array.from(data, Number)]),
    );
  };

  it('validates, keeps, saves and returns the averages, and trains on as if it had not', async () => {
    const steps = expectedRun(9);
    const { own, model, optimizer, validated, free } = trainer();
    await own.fit({ steps: 6, folder: runFolder(folder) });
    expect(validated).toEqual([1, 3, 5].map((i) => steps[i]!.averages));
    expect(file('best.safetensors')).toEqual(steps[3]!.averages);
    expect(file('model.safetensors')).toEqual(steps[5]!.averages);
    expect([read(model), optimizer.isEvaluating]).toEqual([steps[5]!.averages, true]);
    expect(await own.atBest(() => read(model))).toEqual(steps[3]!.averages);
    expect(read(model)).toEqual(steps[5]!.averages);

    await own.fit({ steps: 7, folder: runFolder(folder) });
    expect(read(model)).toEqual(steps[6]!.averages);
    optimizer.train();
    expect(read(model)).toEqual(steps[6]!.training);
    await free();

    // In another process, which is given the finished run, and then more steps of it.
    const next = trainer();
    await next.own.fit({ steps: 7, folder: runFolder(folder) });
    expect([read(next.model), next.optimizer.isEvaluating]).toEqual([steps[6]!.averages, true]);
    await next.own.fit({ steps: 9, folder: runFolder(folder) });
    expect(read(next.model)).toEqual(steps[8]!.averages);
    expect(file('best.safetensors')).toEqual(steps[3]!.averages);
    await next.free();
  });

  it('restores the averages of the best validation, and has a state to go on from', async () => {
    const steps = expectedRun(8);
    const { own, model, free } = trainer(true);
    await own.fit({ steps: 6 });
    expect(read(model)).toEqual(steps[3]!.averages);
    const state = await own.stateDict();
    expect(read(model)).toEqual(steps[3]!.averages);

    const next = trainer(true);
    await next.own.loadStateDict(state);
    expect(read(next.model)).toEqual(steps[5]!.training);
    await next.own.fit({ steps: 8 });
    next.optimizer.train();
    expect(await next.own.atBest(() => read(next.model))).toEqual(steps[3]!.averages);
    await own.loadStateDict(state);
    expect(read(model)).toEqual(steps[5]!.training);
    disposeTree(state);
    await free();
    await next.free();
  });

  it('keeps the averages where another state is refused', async () => {
    const steps = expectedRun(2);
    const { own, model, free } = trainer();
    await own.fit({ steps: 2 });
    const state = await own.stateDict();
    const { states } = state as { states: Record<string, unknown> };
    await expect(
      own.loadStateDict({ ...(state as object), states: { ...states, model: {} } }),
    ).rejects.toThrow('model: ');
    expect(read(model)).toEqual(steps[1]!.averages);
    disposeTree(state);
    await free();
  });
});

function disposeTree(tree: unknown): void {
  if (tree instanceof tf.Tensor) tree.dispose();
  else if (typeof tree === 'object' && tree !== null && !ArrayBuffer.isView(tree)) {
    for (const each of Object.values(tree)) disposeTree(each);
  }
}

describe('an optimizer that averages', () => {
  it('is a schedule-free one, and several with one among them', () => {
    const variables = [0, 1, 2].map(() => tf.variable(tf.scalar(1)));
    const [a, b, c] = variables.map((each) => [each]) as [tf.Variable[], tf.Variable[], tf.Variable[]];
    const [free, plain, other] = [new ScheduleFreeAdamW(a), new AdamW(b), new SGD(c, { learningRate: 1 })];
    const [mixed, none] = [combine([free, plain]), combine([plain, other])];
    expect([free, plain, mixed, none, null].map(averagingOptimizer)).toEqual([free, null, mixed, null, null]);
    tf.dispose(variables);
  });
});

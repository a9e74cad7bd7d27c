import * as tf from '@tensorflow/tfjs';
import { Linear, mseLoss, Sequential } from '@trainkit/nn';
import { BatchNorm } from '@trainkit/normalization';
import { AdamW, ExponentialMovingAverage, StochasticWeightAveraging } from '@trainkit/optimizers';
import { Generator } from '@trainkit/random';
import { describeBackends } from '@trainkit/testing';
import { expect, it } from 'vitest';
import { capture } from './index.js';

const kinds = {
  ExponentialMovingAverage: (model: Sequential) => new ExponentialMovingAverage(model, { decay: 0.7 }),
  'ExponentialMovingAverage with buffers': (model: Sequential) =>
    new ExponentialMovingAverage(model, { decay: 0.3, useBuffers: true }),
  StochasticWeightAveraging: (model: Sequential) => new StochasticWeightAveraging(model),
};

/** Takes 12 steps, each with an update of the averages, which are evaluated between two of them. */
function train(make: (typeof kinds)[keyof typeof kinds], captured: boolean) {
  const generator = new Generator(0);
  const model = new Sequential(
    new Linear(2, 3, { generator }),
    new BatchNorm(3),
    new Linear(3, 1, { generator }),
  );
  const optimizer = new AdamW(model.namedParameters(), { learningRate: 0.05 });
  const average = make(model);
  const [x, y] = [
    tf.tensor2d([
      [0, 1],
      [1, 0],
      [2, 1],
    ]),
    tf.tensor2d([[1], [2], [3]]),
  ];
  const eager = (inputs: tf.Tensor, labels: tf.Tensor) => {
    const loss = optimizer.minimize(() => mseLoss(model.forward(inputs), labels), true);
    average.update();
    return loss;
  };
  const step = captured ? capture(eager) : null;
  const read = () => Object.values(model.stateDict()).map((each) => [...each.dataSync()]);
  const seen: unknown[] = [];
  for (let i = 0; i < 12; i++) {
    const loss = (step ?? eager)(x, y);
    seen.push([...loss.dataSync()]);
    loss.dispose();
    if (i % 5 === 4) seen.push(average.evaluate(read), read());
  }
  seen.push(average.updates, average.evaluate(read));
  const status = step === null ? null : { ...step.status };
  step?.dispose();
  average.dispose();
  optimizer.dispose();
  model.dispose();
  tf.dispose([x, y]);
  return { seen, status };
}

describeBackends('averages in a captured step', () => {
  it.each(Object.entries(kinds))('are the bytes of the eager one: %s', (_, make) => {
    const eager = train(make, false);
    const captured = train(make, true);
    expect(captured.seen).toEqual(eager.seen);
    if (!['tensorflow', 'native'].includes(tf.getBackend())) return;
    expect(captured.status).toEqual(expect.objectContaining({ mode: 'replaying', reason: null }));
    expect(captured.status?.replayed).toBeGreaterThan(2);
  });
});

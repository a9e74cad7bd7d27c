import * as tf from '@tensorflow/tfjs-core';
import { describeBackends, expectAllClose, variable } from '@trainkit/testing';
import { expect, it } from 'vitest';
import { type Made, rows } from '../fixtures/optimizers.js';
import { linear } from './index.js';

for (const { title, make, rates, matrices } of rows) {
  describeBackends(
    title,
    () => {
      it('converges on a parabola', () => {
        const x = variable([3, -2], matrices);
        const optimizer = make([x], linear(rates.parabola, { steps: 200 }));
        minimize(optimizer, 200, () => tf.sum(tf.square(tf.sub(x, [1, 0.5]))));
        expectAllClose(x, [1, 0.5], { atol: 1e-2, rtol: 0 });
        tf.dispose([x]);
        optimizer.dispose();
      });

      it('falls on Rosenbrock', () => {
        const [x, y] = [variable(-0.5, matrices), variable(0.3, matrices)];
        const optimizer = make([x, y], linear(rates.rosenbrock, { steps: 300 }));
        const loss = () =>
          tf.sum<tf.Scalar>(tf.add(tf.square(tf.sub(1, x)), tf.mul(100, tf.square(tf.sub(y, tf.square(x))))));
        minimize(optimizer, 300, loss);
        expect(tf.tidy(() => loss().dataSync()[0])).toBeLessThan(1);
        tf.dispose([x, y]);
        optimizer.dispose();
      });
    },
    // parity.test.ts compares the steps of each backend.
    { backends: ['native'] },
  );
}

function minimize(optimizer: Made, steps: number, loss: () => tf.Scalar): void {
  for (let i = 0; i < steps; i++) optimizer.minimize(loss);
}

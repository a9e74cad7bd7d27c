// AdamW alone: one update of the exercise's 1.2 million parameters, the gradients being there.
import * as tf from '@tensorflow/tfjs';
import { useFastestBackend } from '@trainkit/backend';
import { capture } from '@trainkit/capture';
import { AdamW } from '@trainkit/optimizers';
import { WIDTHS } from './batch.js';
import { serve, task } from './serve.js';

const { backend = 'tensorflow', captured = true } = task();
await useFastestBackend({ prefer: backend });

const widths = WIDTHS.exercise;
const variables = widths
  .slice(1)
  .flatMap((width, i) =>
    [[widths[i] ?? 0, width], [width]].map((shape) => tf.variable(tf.randomNormal(shape, 0, 0.05))),
  );
const gradients = Object.fromEntries(variables.map(({ name, shape }) => [name, tf.randomNormal(shape)]));
const optimizer = new AdamW(variables, { learningRate: 3e-4 });
const update = () => optimizer.applyGradients(gradients);

await serve(`Trainkit, ${backend}, AdamW alone`, captured ? capture(update) : update);

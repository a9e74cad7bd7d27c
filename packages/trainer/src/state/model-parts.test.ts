import * as tf from '@tensorflow/tfjs';
import { expect, it } from 'vitest';
import { variablePart } from './model-parts.js';

it('shows control characters in the names of a state that does not fit', async () => {
  const weight = tf.tidy(() => tf.variable(tf.scalar(1)));
  const part = variablePart('load', { weight });
  const load = async () => part.load({ weight, 'a\u001b[2J': weight });
  await expect(load()).rejects.toThrow(
    "load: the state does not fit the model: a\\u001b[2J is not the model's. Build the model as it was saved.",
  );
  weight.dispose();
});

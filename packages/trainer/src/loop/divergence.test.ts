import { expect, it } from 'vitest';
import { DivergenceError } from './divergence.js';

it('shows control characters of the path in its message, and keeps the path', () => {
  const checkpointPath = 'a\u001b[2J/last.safetensors';
  const details = { step: 2, checkpoint: 1, checkpointPath, found: 'train/loss is NaN', location: null };
  const error = new DivergenceError(`See ${checkpointPath}.`, details);
  expect(error.message).toBe('See a\\u001b[2J/last.safetensors.');
  expect(error.checkpointPath).toBe(checkpointPath);
});

import { expect, it } from 'vitest';
import { duration } from './duration.js';

it.each([
  [0.2, '1 s'],
  [99, '99 s'],
  [100, '2 min'],
  [3569, '59 min'],
  [3600, '1 h 0 min'],
  [3900, '1 h 5 min'],
  [3599, '1 h 0 min'],
])('formats %d s as %s', (seconds, text) => {
  expect(duration(seconds)).toBe(text);
});

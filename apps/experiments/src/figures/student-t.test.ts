import { describe, expect, it } from 'vitest';
import { studentT } from './student-t.js';

/**
 * Integrates the density of arctan(t / √degrees), up to a factor, from 0 to an angle by Simpson's
 * rule.
 */
function integral(degrees: number, angle: number): number {
  const parts = 200;
  const terms = Array.from({ length: parts + 1 }, (_, i) => {
    const weight = i === 0 || i === parts ? 1 : i % 2 === 1 ? 4 : 2;
    return weight * Math.cos((i * angle) / parts) ** (degrees - 1);
  });
  return (terms.reduce((sum, term) => sum + term, 0) * angle) / (3 * parts);
}

/** Returns the probability that Student's t lies between −t and t. */
function share(degrees: number, t: number): number {
  return integral(degrees, Math.atan(t / Math.sqrt(degrees))) / integral(degrees, Math.PI / 2);
}

describe('the quantiles of Student’s t', () => {
  it.each([...Array.from({ length: 29 }, (_, i) => i + 2), 31, 40, 60, 120, 999])(
    'hold 95 %% of it: %d degrees',
    (degrees) => {
      const t = studentT(degrees);
      // Correct to the last of three digits.
      expect(share(degrees, t - 0.0005)).toBeLessThan(0.95);
      expect(share(degrees, t + 0.0005)).toBeGreaterThan(0.95);
    },
  );

  it('are not given for fewer than two degrees', () => {
    for (const degrees of [1, 0, -1, Number.NaN]) expect(() => studentT(degrees)).toThrow(RangeError);
  });
});

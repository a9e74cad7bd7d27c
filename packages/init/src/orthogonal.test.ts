import '@tensorflow/tfjs';
import { Generator } from '@trainkit/random';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { orthogonal } from './orthogonal.js';

const seeds = fc.nat();

describe('orthogonal', () => {
  it('has orthonormal rows or columns as PyTorch flattens a weight, times the gain', () => {
    const shapes = fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 2, maxLength: 5 });
    const gains = fc.constantFrom(1, 0.1, -2, 5 / 3);
    fc.assert(
      fc.property(shapes, gains, seeds, (shape, gain, seed) => {
        const weight = read(shape, gain, seed);
        const outputs = shape.at(-1)!;
        const others = weight.length / outputs;
        // Element (tap, input, output): the row of an output is a column here, of stride `outputs`.
        const byOutput = outputs <= others;
        const [count, length] = byOutput ? [outputs, others] : [others, outputs];
        const at = (vector: number, i: number) =>
          weight[byOutput ? i * outputs + vector : vector * outputs + i]! / gain;
        for (let a = 0; a < count; a++) {
          for (let b = 0; b <= a; b++) {
            let product = 0;
            for (let i = 0; i < length; i++) product += at(a, i) * at(b, i);
            expect(product).toBeCloseTo(a === b ? 1 : 0, 6);
          }
        }
      }),
    );
  });

  it('draws rotations of the plane with evenly spread angles, and as many reflections', () => {
    // Without corrected signs of R, the first element is always negative.
    const sectors = new Array<number>(8).fill(0);
    let reflections = 0;
    const n = 4000;
    const generator = new Generator(0);
    for (let i = 0; i < n; i++) {
      const [a = 0, b = 0, c = 0, d = 0] = read([2, 2], 1, generator);
      const sector = Math.floor((Math.atan2(c, a) / Math.PI + 1) * 4) % 8;
      sectors[sector] = sectors[sector]! + 1;
      const determinant = a * d - b * c;
      expect(Math.abs(determinant)).toBeCloseTo(1, 6);
      if (determinant < 0) reflections++;
    }
    // Binomial counts, within five standard deviations.
    expect(Math.abs(reflections - n / 2)).toBeLessThan(5 * Math.sqrt(n / 4));
    for (const count of sectors) {
      expect(Math.abs(count - n / 8)).toBeLessThan(5 * Math.sqrt((n * 7) / 64));
    }
  });

  it('has a determinant of 1 or -1, evenly, in five dimensions too', () => {
    const generator = new Generator(1);
    const n = 1000;
    let positive = 0;
    for (let i = 0; i < n; i++) {
      const value = determinant(read([5, 5], 1, generator), 5);
      expect(Math.abs(value)).toBeCloseTo(1, 5);
      if (value > 0) positive++;
    }
    expect(Math.abs(positive - n / 2)).toBeLessThan(5 * Math.sqrt(n / 4));
  });
});

function read(shape: number[], gain: number, from: number | Generator): number[] {
  const generator = typeof from === 'number' ? new Generator(from) : from;
  const tensor = orthogonal(shape, { gain, generator });
  const values = Array.from(tensor.dataSync());
  tensor.dispose();
  return values;
}

function determinant(matrix: number[], size: number): number {
  const m = matrix.slice();
  let result = 1;
  for (let k = 0; k < size; k++) {
    let pivot = k;
    for (let i = k + 1; i < size; i++) {
      if (Math.abs(m[i * size + k]!) > Math.abs(m[pivot * size + k]!)) pivot = i;
    }
    for (let j = 0; j < size; j++) {
      [m[k * size + j], m[pivot * size + j]] = [m[pivot * size + j]!, m[k * size + j]!];
    }
    if (pivot !== k) result = -result;
    result *= m[k * size + k]!;
    for (let i = k + 1; i < size; i++) {
      const factor = m[i * size + k]! / m[k * size + k]!;
      for (let j = k; j < size; j++) m[i * size + j] = m[i * size + j]! - factor * m[k * size + j]!;
    }
  }
  return result;
}

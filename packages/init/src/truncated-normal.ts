import type * as tf from '@tensorflow/tfjs-core';
import { checkNumber, checkOptions, checkShape, expected, type OptionNames, show } from '@trainkit/checks';
import { checkGenerator, defaultGenerator, type Generator } from '@trainkit/random';
import { normalCdf } from './erf.js';
import type { Shape } from './layout.js';
import { fromTorchOrder, sizeOf } from './layout.js';

/** Options of {@link truncatedNormal}. */
export interface TruncatedNormalOptions {
  /** Mean of the normal distribution before truncation. Default 0. */
  mean?: number | undefined;
  /** Standard deviation before truncation, above 0. Default 1. */
  std?: number | undefined;
  /** The lowest value: an absolute bound, not in units of std; -Infinity for none. Default -2. */
  low?: number | undefined;
  /** The highest value: an absolute bound, not in units of std; Infinity for none. Default 2. */
  high?: number | undefined;
  /** The source of the random numbers. Default: the default generator, which `manualSeed` seeds. */
  generator?: Generator | undefined;
}

export const TRUNCATED_NORMAL_OPTIONS: OptionNames<TruncatedNormalOptions> = {
  mean: true,
  std: true,
  low: true,
  high: true,
  generator: true,
};

/**
 * The share of accepted normals below which PyTorch rejects uniforms instead of redrawing normals.
 */
const ENOUGH = 0.3;

/** The logarithm of the density relative to its peak below which values are never drawn. */
const NEGLIGIBLE = 45;

/**
 * Values from N(mean, std²) between low and high, with the distribution of
 * `torch.nn.init.trunc_normal_`.
 *
 * `std` is the deviation BEFORE truncation, as in PyTorch. After it, with α = (low − mean) / std, β
 * = (high − mean) / std, φ the normal density and Z = Φ(β) − Φ(α), the variance is std² · (1 +
 * (αφ(α) − βφ(β)) / Z − ((φ(α) − φ(β)) / Z)²). With bounds at ±2 std it is 0.7737 · std²: the
 * deviation is 0.8796 · std; to get σ after truncation, pass std = σ / 0.8796 and bounds of ±2 ·
 * that std.
 *
 * The trap: low and high are absolute, as in PyTorch; with std 0.02 the default bounds are 100
 * deviations out and truncate nothing. TensorFlow.js and Keras truncate at ±2 std.
 *
 * The same seed gives PyTorch's numbers, bit for bit, until a value must be redrawn; after
 * that, the same distribution in another order.
 *
 * @throws RangeError for a wrong shape, std ≤ 0, low ≥ high
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs';
 * import { truncatedNormal } from '@trainkit/init';
 * import { Generator } from '@trainkit/random';
 *
 * const std = 0.02;
 * const generator = new Generator(0);
 * const weight = truncatedNormal([784, 256], { std, low: -2 * std, high: 2 * std, generator });
 * console.log(weight.max().dataSync()[0]! <= 0.04); // → true
 * ```
 */
export function truncatedNormal(shape: Shape, options: TruncatedNormalOptions = {}): tf.Tensor {
  const {
    mean = 0,
    std = 1,
    low = -2,
    high = 2,
    generator = defaultGenerator,
  } = checkOptions('truncatedNormal', options, TRUNCATED_NORMAL_OPTIONS);
  checkShape('truncatedNormal', 'shape', shape);
  checkNumber('truncatedNormal', 'mean', mean);
  checkNumber('truncatedNormal', 'std', std, { above: 0 });
  checkGenerator('truncatedNormal', generator);
  if (!(typeof low === 'number' && typeof high === 'number' && low < high)) {
    const expectation = `a number below high, which is ${show(high)}`;
    throw new RangeError(
      expected('truncatedNormal', 'low', low, expectation, 'Both are absolute, not in units of std.'),
    );
  }
  const size = sizeOf(shape);
  if (size === 0) return fromTorchOrder(new Float32Array(), shape);
  const inside = normalCdf((high - mean) / std) - normalCdf((low - mean) / std);
  const draw = inside > ENOUGH ? redrawnNormals : rejectedUniforms;
  return fromTorchOrder(draw(size, mean, std, low, high, generator), shape);
}

function redrawnNormals(
  size: number,
  mean: number,
  std: number,
  low: number,
  high: number,
  generator: Generator,
): Float32Array {
  const values = generator.normal(size, mean, std);
  const [from, to] = [Math.fround(low), Math.fround(high)];
  const isOutside = (value: number) => value < from || value > to;
  for (let open = indicesWhere(values, isOutside); open.length > 0; ) {
    const drawn = generator.normal(open.length, mean, std);
    open.forEach((index, i) => {
      values[index] = drawn[i]!;
    });
    open = open.filter((index) => isOutside(values[index]!));
  }
  return values;
}

/**
 * Rejection sampling from the uniform density over [low, high], or over the part of it with a
 * noticeable density.
 */
function rejectedUniforms(
  size: number,
  mean: number,
  std: number,
  low: number,
  high: number,
  generator: Generator,
): Float32Array {
  const logDensity = (value: number) => -0.5 * ((value - mean) / std) ** 2;
  const reach = std * Math.sqrt(2 * (NEGLIGIBLE - logDensity(clamp(mean, low, high))));
  const from = Math.fround(Math.max(low, mean - reach));
  const to = Math.fround(Math.min(high, mean + reach));
  // Computed from the rounded bounds: if the peak were outside of the range that is drawn from,
  // nothing would be accepted.
  const highest = logDensity(clamp(mean, from, to));
  const values = new Float32Array(size);
  for (let done = 0; done < size; ) {
    const candidates = generator.uniform(size - done, from, to);
    const levels = generator.uniform(size - done);
    candidates.forEach((value, i) => {
      if (Math.log(levels[i]!) <= logDensity(value) - highest) values[done++] = value;
    });
  }
  return values;
}

function indicesWhere(values: Float32Array, holds: (value: number) => boolean): number[] {
  const indices: number[] = [];
  for (let i = 0; i < values.length; i++) if (holds(values[i]!)) indices.push(i);
  return indices;
}

function clamp(value: number, low: number, high: number): number {
  return Math.max(low, Math.min(value, high));
}

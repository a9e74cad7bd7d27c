import type { Block } from '../subject/block.js';

/**
 * The number of rows and columns of the input, large enough that no dropped share is off by chance.
 */
export const SIDE = 100;

/** The input: numbers of both signs, none of them 0, no two neighbours alike. */
export const INPUT: Block = {
  data: Array.from({ length: SIDE * SIDE }, (_, i) => (((i * 37) % 53) - 26.5) / 16),
  shape: [SIDE, SIDE],
};

/** The effect of a dropout on {@link INPUT}. */
export interface Masked {
  /** The share of elements that became 0. */
  readonly share: number;
  /** The common factor of the kept elements, or NaN if there is none. */
  readonly scale: number;
  /** The output itself. */
  readonly output: readonly number[];
  /** Output divided by input, element by element. */
  readonly ratios: readonly number[];
  /** True for each element that became 0. */
  readonly dropped: readonly boolean[];
}

/** Reads mask and factor from an output or a gradient, which is a multiple of `input`. */
export function unmask(output: readonly number[], input: readonly number[] = INPUT.data): Masked {
  const ratios = output.map((value, i) => value / input[i]!);
  const dropped = ratios.map((ratio) => ratio === 0);
  const kept = ratios.filter((ratio) => ratio !== 0);
  const scale = kept[0] ?? 1;
  const uniform = kept.every((ratio) => near(ratio, scale));
  return {
    share: 1 - kept.length / ratios.length,
    scale: uniform ? scale : Number.NaN,
    output,
    ratios,
    dropped,
  };
}

/** True if two factors are equal: one division and one product in float32 are right to 2e-7. */
export function near(actual: number, expected: number): boolean {
  return Math.abs(actual - expected) <= 1e-5 * Math.abs(expected);
}

/** True if rows or columns are dropped as a whole. */
export function dropsLines({ dropped, share }: Masked): boolean {
  if (share === 0 || share === 1) return false;
  const rows = dropped.every((value, i) => value === dropped[i - (i % SIDE)]);
  const columns = dropped.every((value, i) => value === dropped[i % SIDE]);
  return rows || columns;
}

/** True if two outputs dropped the same elements. */
export function sameMask(one: Masked, other: Masked): boolean {
  return one.dropped.every((value, i) => value === other.dropped[i]);
}

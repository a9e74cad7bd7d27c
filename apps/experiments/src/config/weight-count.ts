/** The settings that decide the number of weights. */
export interface SizeConfig {
  inputSize: number;
  outputSize: number;
  hiddenSizes: readonly number[];
  normalization: string;
}

/**
 * The largest number of weights. A checkpoint holds four float32 for each: its value, its value at
 * the best evaluation, and Adam's two moments. Their 1.6 GB fit the 2 GiB that Node reads of a
 * file, and the 4 GiB of WebAssembly's memory.
 */
const MOST = 100_000_000;

/**
 * Returns the number of weights and biases of the network, including those of its normalization.
 */
export function weightCount({ inputSize, outputSize, hiddenSizes, normalization }: SizeConfig): number {
  const widths = [inputSize, ...hiddenSizes, outputSize];
  const linear = widths.slice(1).reduce((sum, width, i) => sum + ((widths[i] ?? 0) + 1) * width, 0);
  const normalized = hiddenSizes.reduce((sum, width) => sum + 2 * width, 0);
  return linear + (normalization === 'none' ? 0 : normalized);
}

/** Describes the problem of a network that is too large; null if it is small enough. */
export function tooManyWeights(config: SizeConfig): string | null {
  const weights = weightCount(config);
  if (weights <= MOST) return null;
  return `hiddenSizes and outputSize make a network of ${weights.toLocaleString('en')} weights, and at most ${MOST.toLocaleString('en')} can be trained and saved. Make the layers narrower or fewer`;
}

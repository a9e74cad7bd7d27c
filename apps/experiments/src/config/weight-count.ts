/** What of a config decides how many weights there are. */
export interface SizeConfig {
  inputSize: number;
  outputSize: number;
  hiddenSizes: readonly number[];
  normalization: string;
}

/**
 * A checkpoint holds each weight four times as float32: as it is, as it was at the best evaluation, and Adam's two means.
 * Those of so many weights are 1.6 GB: below the 2 GiB that Node reads of a file, and the 4 GiB of WebAssembly's memory.
 */
const MOST = 100_000_000;

/** How many weights and biases the network has, those of its normalization too. */
export function weightCount({ inputSize, outputSize, hiddenSizes, normalization }: SizeConfig): number {
  const widths = [inputSize, ...hiddenSizes, outputSize];
  const linear = widths.slice(1).reduce((sum, width, i) => sum + ((widths[i] ?? 0) + 1) * width, 0);
  const normalized = hiddenSizes.reduce((sum, width) => sum + 2 * width, 0);
  return linear + (normalization === 'none' ? 0 : normalized);
}

/** What is wrong with a network that no memory holds; null where it is small enough. */
export function tooManyWeights(config: SizeConfig): string | null {
  const weights = weightCount(config);
  if (weights <= MOST) return null;
  return `hiddenSizes and outputSize make a network of ${weights.toLocaleString('en')} weights, and at most ${MOST.toLocaleString('en')} can be trained and saved. Make the layers narrower or fewer`;
}

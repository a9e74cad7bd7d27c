import { expected } from '@trainkit/checks';

/** Mean and standard deviation, of values between 0 and 1. */
interface Normalization {
  mean?: number | undefined;
  std?: number | undefined;
}

/**
 * The float32 value of each of the 256 bytes: (x / 255 − mean) / std, by default with 0.5 and 0.5.
 *
 * Every operation is rounded to float32, as in PyTorch's `x.float().div(255).sub(mean).div(std)`
 * and torchvision's `ToTensor` and `Normalize`: the values are equal bit for bit.
 */
export function normalizationTable(where: string, { mean = 0.5, std = 0.5 }: Normalization): Float32Array {
  const center = Math.fround(mean);
  const scale = Math.fround(std);
  if (!(typeof mean === 'number' && Number.isFinite(center))) {
    throw new RangeError(expected(where, 'mean', mean, 'a finite number'));
  }
  if (!(typeof std === 'number' && Number.isFinite(scale) && scale > 0)) {
    throw new RangeError(expected(where, 'std', std, 'a finite number above 0'));
  }
  return Float32Array.from({ length: 256 }, (_, byte) => {
    const unit = Math.fround(byte / 255);
    return Math.fround(Math.fround(unit - center) / scale);
  });
}

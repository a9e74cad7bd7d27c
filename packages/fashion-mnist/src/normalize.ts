/**
 * The float32 value of each of the 256 bytes: (x / 255 − mean) / std.
 *
 * Every operation is rounded to float32, as PyTorch's `x.float().div(255).sub(mean).div(std)` and torchvision's
 * `ToTensor` and `Normalize` do: the values are theirs, bit for bit.
 */
export function normalizationTable(mean: number, std: number): Float32Array {
  const center = Math.fround(mean);
  const scale = Math.fround(std);
  if (!Number.isFinite(center)) {
    throw new RangeError(`DataLoader: mean must be a finite number; received ${mean}.`);
  }
  if (!(Number.isFinite(scale) && scale > 0)) {
    throw new RangeError(`DataLoader: std must be a number above 0; received ${std}.`);
  }
  return Float32Array.from({ length: 256 }, (_, byte) => {
    const unit = Math.fround(byte / 255);
    return Math.fround(Math.fround(unit - center) / scale);
  });
}

import type { SafeTensor } from './tensor.js';

/** The tensor itself, or the exact values of half-precision floats in float32. */
export function widened(tensor: SafeTensor): SafeTensor {
  if (tensor.dtype === 'F16')
    return { dtype: 'F32', shape: tensor.shape, data: widenedBy(float16Bits, tensor.data) };
  if (tensor.dtype === 'BF16')
    return { dtype: 'F32', shape: tensor.shape, data: widenedBy(bfloat16Bits, tensor.data) };
  return tensor;
}

/** Converted as bits, so that a NaN keeps its payload. */
function widenedBy(toFloat32Bits: (bits: number) => number, halves: Uint16Array): Float32Array {
  const words = new Uint32Array(halves.length);
  for (let i = 0; i < halves.length; i++) words[i] = toFloat32Bits(halves[i]!);
  return new Float32Array(words.buffer);
}

/** Converts bfloat16, the upper half of a float32. */
function bfloat16Bits(bits: number): number {
  return bits << 16;
}

/** Converts 1 sign, 5 exponent and 10 fraction bits (bias 15) to 1, 8 and 23 (bias 127). */
function float16Bits(bits: number): number {
  const sign = (bits & 0x8000) << 16;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 31) return sign | 0x7f800000 | (fraction << 13);
  if (exponent > 0) return sign | ((exponent + 112) << 23) | (fraction << 13);
  if (fraction === 0) return sign;
  // A subnormal, fraction · 2⁻²⁴: its highest set bit becomes the hidden one.
  const shift = Math.clz32(fraction) - 21;
  return sign | ((113 - shift) << 23) | (((fraction << shift) & 0x3ff) << 13);
}

import type { backend_util } from '@tensorflow/tfjs-core';

/**
 * Returns true where two arrays are the same to the last bit, but that one NaN is as good as
 * another.
 */
export function equalValues(a: backend_util.BackendValues, b: backend_util.BackendValues): boolean {
  if (!ArrayBuffer.isView(a) || !ArrayBuffer.isView(b) || a.length !== b.length) return false;
  if (Buffer.compare(bytesOf(a), bytesOf(b)) === 0) return true;
  return a.every((value, i) => Object.is(value, b[i]));
}

function bytesOf({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

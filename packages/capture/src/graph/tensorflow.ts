import { backend } from '@tensorflow/tfjs-core';
import type { NativeBackend } from '@trainkit/kernels/node';

const METHODS = [
  'executeSingleOutput',
  'executeMultipleOutputs',
  'createOutputTensor',
  'getInputTensorIds',
  'move',
  'read',
  'readSync',
  'refCount',
  'incRef',
] as const satisfies readonly (keyof NativeBackend)[];

/** The active backend where it is tfjs-node's, with the door to saved models; else null. */
export function tensorFlow(): NativeBackend | null {
  const active: unknown = backend();
  return isTensorFlow(active) ? active : null;
}

function isTensorFlow(value: unknown): value is NativeBackend {
  if (typeof value !== 'object' || value === null) return false;
  if (!('binding' in value && 'tensorMap' in value)) return false;
  const { binding } = value;
  if (typeof binding !== 'object' || binding === null || !('runSavedModel' in binding)) return false;
  return METHODS.every((method) => typeof Reflect.get(value, method) === 'function');
}

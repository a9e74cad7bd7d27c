import { backend, getBackend, type Tensor, type TensorInfo } from '@tensorflow/tfjs-core';

/** An attribute of a native op, as the binding takes it. */
export interface NativeAttribute {
  name: string;
  type: number;
  value: number | boolean | string;
}

/** The part of tfjs-node's backend that runs native ops; looked at, not imported, so that nothing is loaded. */
export interface NativeBackend {
  readonly binding: Readonly<Record<string, number>>;
  executeSingleOutput(op: string, attributes: NativeAttribute[], inputs: TensorInfo[]): Tensor;
  executeMultipleOutputs(
    op: string,
    attributes: NativeAttribute[],
    inputs: TensorInfo[],
    count: number,
  ): Tensor[];
}

/** The active backend, where it is tfjs-node's; throws where it is another. */
export function nativeBackend(): NativeBackend {
  const active: unknown = backend();
  if (isNative(active)) return active;
  throw new Error(
    `nativeOps: TensorFlow's native ops belong to the backend 'tensorflow'; the active one is '${getBackend()}'. ` +
      'Call them in the `tensorflow` version of a defineKernel, which only runs there.',
  );
}

function isNative(value: unknown): value is NativeBackend {
  return (
    typeof value === 'object' &&
    value !== null &&
    'binding' in value &&
    'executeSingleOutput' in value &&
    'executeMultipleOutputs' in value
  );
}

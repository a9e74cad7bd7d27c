import type { backend_util, TensorInfo } from '@tensorflow/tfjs-core';

/** A listener to everything that touches the numbers of tensors, to replay it. */
export interface Listener {
  /** Memory of undefined content was taken for a tensor. */
  allocated(tensor: TensorInfo): void;
  /** A kernel of the addon has run. */
  ran(kernel: string, tensors: readonly (TensorInfo | null)[], numbers: readonly number[]): void;
  /** JavaScript has made data of values. */
  wrote(dataId: TensorInfo['dataId'], values: backend_util.BackendValues): void;
  /** JavaScript is about to read values. */
  reading(dataId: TensorInfo['dataId']): void;
  /** A kernel of the cpu backend is about to run. */
  fellBack(kernel: string, inputs: readonly TensorInfo[]): void;
}

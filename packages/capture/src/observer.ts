import type { DataId, Optimizer, Tensor, TensorInfo } from '@tensorflow/tfjs-core';
import type { NativeValues } from '@trainkit/kernels/node';
import type { Call, Source } from './recording.js';

/** An observer of what a backend does. */
export interface Observer {
  /** True where ops and readings are reported now. */
  readonly isWatching: boolean;
  /** Before an op runs: where its inputs come from. */
  sourcesOf(inputs: readonly (TensorInfo | null)[]): Source[];
  /** After an op ran. */
  ran(call: Pick<Call, 'op' | 'inputs' | 'attributes'>, outputs: readonly TensorInfo[]): void;
  /**
   * After a kernel ran.
   *
   * @param tensors those that it read or wrote
   * @param outputs those of them that had no content before
   */
  ranKernel(
    kernel: string,
    tensors: readonly (TensorInfo | null)[],
    outputs: readonly TensorInfo[],
    numbers: readonly number[],
  ): void;
  /** The step does what cannot be replayed. */
  refuse(reason: string): void;
  /** A tensor's values are about to be read. */
  reading(dataId: DataId, within: Within): void;
  /** Math.random is about to be called. */
  drawing(): void;
  /** Tensors are about to be handed to TensorFlow for something that is not an op. */
  bypassing(): void;
  /** A stock optimizer is about to count a step. */
  counting(optimizer: Optimizer, count: () => void): void;
  /** The backend has made data; told at all times. */
  made(dataId: DataId): void;
  /** A tensor has come to be, or a variable takes over its new data; told at all times. */
  tracked(tensor: Tensor): void;
  /** A tensor is disposed, or a variable lets go of its old data; told at all times. */
  disposed(tensor: Tensor): void;
  /** A tensor was made of JavaScript values; told at all times. */
  moved(dataId: DataId, values: NativeValues, shape: readonly number[]): void;
}

/** The part of TensorFlow.js that runs now. */
export interface Within {
  /** The kernel, or null outside of one. */
  kernel: string | null;
  /** The kernel whose gradient is computed, or null. */
  gradient: string | null;
}

/** Names the kernel that runs, and the gradient that it runs for; null where neither does. */
export function runningOp({ kernel, gradient }: Within): string | null {
  if (gradient === null) return kernel;
  return kernel === null ? `the gradient of ${gradient}` : `${kernel}, in the gradient of ${gradient}`;
}

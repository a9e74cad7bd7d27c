import type { DataId, Tensor, Variable } from '@tensorflow/tfjs-core';
import type { Observer, Within } from './observer.js';
import type { Fed, Kind, Recording } from './recording.js';

/** A backend on which steps are recorded and replayed. */
export interface Target {
  /** The backend of TensorFlow.js. */
  readonly backend: object;
  /** True where tensors of several shapes may share data. */
  readonly sharesAcrossShapes: boolean;
  /** True where data are there. */
  has(dataId: DataId): boolean;
  /** The shape and dtype of data; takes them over, where another backend has them. */
  kindOf(dataId: DataId): Kind;
  /** The number of tensors that share data. */
  refCount(dataId: DataId): number;
  /** Counts one more tensor that shares data. */
  incRef(dataId: DataId): void;
  /** Tells an observer what the backend does; returns what ends that. */
  watch(observer: Observer, within: () => Within): () => void;
  /** @throws where the recording cannot be replayed */
  program(recording: Recording): Program;
}

/** A recording as its backend runs it. */
export interface Program {
  /** The variables that it reads or updates. */
  readonly variables: readonly Variable[];
  /** The data from outside that it reads. */
  readonly external: readonly DataId[];
  /**
   * Runs the step, gives its variables their new values, and returns the new tensors that the step
   * returned, in order.
   *
   * @param dataOf the data behind a source
   * @param numbers those of the host events
   */
  run(dataOf: (source: Fed) => DataId, numbers: readonly number[]): Tensor[];
  /**
   * Runs once on what the recorded run started from, and tells whether all that it gives is what
   * that run gave, to the last bit; no variable changes.
   *
   * @param results the tensors that the recorded run returned
   */
  reproduces(
    dataOf: (source: Fed) => DataId,
    numbers: readonly number[],
    results: readonly Tensor[],
  ): boolean;
  /**
   * An error of {@link run} by the name of what failed, and whether variables may have changed;
   * others as they are.
   */
  failure(error: unknown): unknown;
  /** Frees what it holds. */
  dispose(): void;
}

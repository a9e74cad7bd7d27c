import { type DataId, Optimizer, type Tensor, type TensorInfo } from '@tensorflow/tfjs-core';
import type { NativeAttribute, NativeBackend, NativeResult, NativeValues } from '@trainkit/kernels/node';
import type { Source } from './recording.js';

/** Who is told what a backend does. */
export interface Observer {
  /** Whether to be told now of ops and readings. */
  readonly isWatching: boolean;
  /** Before an op runs: where its inputs come from. */
  sourcesOf(inputs: readonly TensorInfo[]): Source[];
  /** After an op ran. */
  ran(
    call: { op: string; attributes: readonly NativeAttribute[]; inputs: readonly Source[] },
    outputs: readonly Tensor[],
  ): void;
  /** A tensor's values are about to be read. */
  reading(dataId: DataId): void;
  /** Tensors are about to be handed to TensorFlow for something that is not an op. */
  bypassing(): void;
  /** A stock optimizer is about to count a step. */
  counting(optimizer: Optimizer, count: () => void): void;
  /** TensorFlow has made a tensor; told at all times. */
  made(dataId: DataId): void;
  /** A tensor was made of JavaScript values; told at all times. */
  moved(dataId: DataId, values: NativeValues, shape: readonly number[]): void;
}

/** Lets a backend, and stock optimizers, tell of what they do; returns what ends that. */
export function watch(backend: NativeBackend, observer: Observer): () => void {
  const {
    executeSingleOutput,
    executeMultipleOutputs,
    createOutputTensor,
    getInputTensorIds,
    move,
    read,
    readSync,
  } = backend;
  let running = false;
  const op = <T>(body: () => T): T => {
    running = true;
    try {
      return body();
    } finally {
      running = false;
    }
  };
  const patches: Partial<NativeBackend> = {
    executeSingleOutput: (name, attributes, inputs) => {
      const run = () => executeSingleOutput.call(backend, name, attributes, inputs);
      if (!observer.isWatching) return run();
      const sources = observer.sourcesOf(inputs);
      const output = op(run);
      observer.ran({ op: name, attributes, inputs: sources }, [output]);
      return output;
    },
    executeMultipleOutputs: (name, attributes, inputs, count) => {
      const run = () => executeMultipleOutputs.call(backend, name, attributes, inputs, count);
      if (!observer.isWatching) return run();
      const sources = observer.sourcesOf(inputs);
      const outputs = op(run);
      observer.ran({ op: name, attributes, inputs: sources }, outputs);
      return outputs;
    },
    getInputTensorIds: (tensors) => {
      // The backend itself comes by here for each op; others do for what they do past it.
      if (observer.isWatching && !running) observer.bypassing();
      return getInputTensorIds.call(backend, tensors);
    },
    createOutputTensor: (metadata: NativeResult): Tensor => {
      const tensor = createOutputTensor.call(backend, metadata);
      observer.made(tensor.dataId);
      return tensor;
    },
    move: (dataId, values, shape, dtype, refCount) => {
      move.call(backend, dataId, values, shape, dtype, refCount);
      observer.moved(dataId, values, shape);
    },
    read: (dataId) => {
      if (observer.isWatching) observer.reading(dataId);
      return read.call(backend, dataId);
    },
    readSync: (dataId) => {
      if (observer.isWatching) observer.reading(dataId);
      return readSync.call(backend, dataId);
    },
  };
  Object.assign(backend, patches);
  const stopCounting = watchOptimizers(observer);
  return () => {
    // The methods of the class, which these hid.
    for (const name of Object.keys(patches)) Reflect.deleteProperty(backend, name);
    stopCounting();
  };
}

const COUNT = 'incrementIterations';

/** All optimizers count their steps in JavaScript, by one protected method. */
function watchOptimizers(observer: Observer): () => void {
  const before = Object.getOwnPropertyDescriptor(Optimizer.prototype, COUNT);
  const count: unknown = before?.value;
  if (before === undefined || typeof count !== 'function') return () => {};
  const value = function (this: Optimizer): void {
    const run = () => {
      Reflect.apply(count, this, []);
    };
    if (observer.isWatching) observer.counting(this, run);
    else run();
  };
  Object.defineProperty(Optimizer.prototype, COUNT, { ...before, value });
  return () => {
    Object.defineProperty(Optimizer.prototype, COUNT, before);
  };
}

import { type DataId, engine, Optimizer, Tensor, type TensorInfo } from '@tensorflow/tfjs-core';
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
    within: Within,
  ): void;
  /** A tensor's values are about to be read. */
  reading(dataId: DataId, within: Within): void;
  /** Math.random is about to be called. */
  drawing(): void;
  /** Tensors are about to be handed to TensorFlow for something that is not an op. */
  bypassing(): void;
  /** A stock optimizer is about to count a step. */
  counting(optimizer: Optimizer, count: () => void): void;
  /** TensorFlow has made a tensor; told at all times. */
  made(dataId: DataId): void;
  /** A tensor has come to be, or a variable takes over its new data; told at all times. */
  tracked(tensor: Tensor): void;
  /** A tensor is disposed, or a variable lets go of its old data; told at all times. */
  disposed(tensor: Tensor): void;
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
  const kernels = watchKernels();
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
      observer.ran({ op: name, attributes, inputs: sources }, [output], kernels.within());
      return output;
    },
    executeMultipleOutputs: (name, attributes, inputs, count) => {
      const run = () => executeMultipleOutputs.call(backend, name, attributes, inputs, count);
      if (!observer.isWatching) return run();
      const sources = observer.sourcesOf(inputs);
      const outputs = op(run);
      observer.ran({ op: name, attributes, inputs: sources }, outputs, kernels.within());
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
      if (observer.isWatching) observer.reading(dataId, kernels.within());
      return read.call(backend, dataId);
    },
    readSync: (dataId) => {
      if (observer.isWatching) observer.reading(dataId, kernels.within());
      return readSync.call(backend, dataId);
    },
  };
  Object.assign(backend, patches);
  const stopCounting = watchOptimizers(observer);
  const stopDrawing = watchRandom(observer);
  const stopTracking = watchTensors(observer);
  return () => {
    // The methods of the class, which these hid.
    for (const name of Object.keys(patches)) Reflect.deleteProperty(backend, name);
    stopCounting();
    stopDrawing();
    stopTracking();
    kernels.stop();
  };
}

/** What of TensorFlow.js runs now. */
export interface Within {
  /** The kernel, or null outside of one. */
  kernel: string | null;
  /** The kernel whose gradient is computed, or null. */
  gradient: string | null;
}

function watchKernels(): { within: () => Within; stop: () => void } {
  let running: Within = { kernel: null, gradient: null };
  const inside = <T>(what: Within, body: () => T): T => {
    const outer = running;
    running = what;
    try {
      return body();
    } finally {
      running = outer;
    }
  };
  const owner = engine();
  const stops = [
    replaceMethod(
      owner,
      'runKernel',
      (call) => (args) => inside({ ...running, kernel: String(args[0]) }, () => call(args)),
    ),
    // One that is private.
    replaceMethod(owner, 'addTapeNode', (call) => (args) => {
      call(args);
      const node = owner.state.activeTape.findLast(({ outputs }) => outputs === args[2]);
      const gradient = node?.gradient;
      if (node === undefined || gradient === undefined) return;
      const what = { kernel: null, gradient: String(args[0]) };
      node.gradient = (dys) => {
        const thunks = inside(what, () => gradient(dys));
        return Object.fromEntries(
          Object.entries(thunks).map(([input, thunk]) => [input, () => inside(what, thunk)]),
        );
      };
    }),
  ];
  return {
    within: () => running,
    stop: () => {
      for (const stop of stops) stop();
    },
  };
}

/** Puts a method in place of another, on the object itself; returns what takes it away. */
function replaceMethod(
  owner: object,
  name: string,
  make: (call: (args: unknown[]) => unknown) => (args: unknown[]) => unknown,
): () => void {
  const before = Object.getOwnPropertyDescriptor(owner, name);
  const method: unknown = Reflect.get(owner, name);
  if (typeof method !== 'function') return () => {};
  const replaced = make((args) => Reflect.apply(method, owner, args));
  Object.defineProperty(owner, name, {
    configurable: true,
    writable: true,
    value: (...args: unknown[]) => replaced(args),
  });
  return () => {
    if (before === undefined) Reflect.deleteProperty(owner, name);
    else Object.defineProperty(owner, name, before);
  };
}

/** Each tensor that comes and goes: a count alone does not tell one that is replaced by another. */
function watchTensors(observer: Observer): () => void {
  const owner = engine();
  const telling = (name: string, tell: (tensor: Tensor) => void) =>
    replaceMethod(owner, name, (call) => (args) => {
      const [tensor] = args;
      if (tensor instanceof Tensor) tell(tensor);
      return call(args);
    });
  const stops = [
    // One that is private.
    telling('trackTensor', (tensor) => observer.tracked(tensor)),
    telling('disposeTensor', (tensor) => observer.disposed(tensor)),
  ];
  return () => {
    for (const stop of stops) stop();
  };
}

/** Numbers that a replay would not draw. */
function watchRandom(observer: Observer): () => void {
  return replaceMethod(Math, 'random', (call) => (args) => {
    if (observer.isWatching) observer.drawing();
    return call(args);
  });
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

import { type DataId, engine, Optimizer, Tensor, type TensorInfo } from '@tensorflow/tfjs-core';
import type { NativeValues } from '@trainkit/kernels/node';
import type { Call, Source } from './recording.js';
import type { Target } from './target.js';

/** Who is told what a backend does. */
export interface Observer {
  /** Whether to be told now of ops and readings. */
  readonly isWatching: boolean;
  /** Before an op runs: where its inputs come from. */
  sourcesOf(inputs: readonly (TensorInfo | null)[]): Source[];
  /** After an op ran. */
  ran(
    call: Pick<Call, 'op' | 'inputs' | 'attributes'>,
    outputs: readonly TensorInfo[],
  ): void;
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

/** Lets a backend, TensorFlow.js and stock optimizers tell of what they do; returns what ends that. */
export function watch(target: Target, observer: Observer): () => void {
  const kernels = watchKernels();
  const stops = [
    target.watch(observer, kernels.within),
    watchOptimizers(observer),
    watchRandom(observer),
    watchTensors(observer),
    kernels.stop,
  ];
  return () => {
    for (const stop of stops) stop();
  };
}

/** What of TensorFlow.js runs now. */
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

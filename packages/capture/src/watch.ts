import { engine, Optimizer, Tensor } from '@tensorflow/tfjs-core';
import type { Observer, Within } from './observer.js';
import type { Target } from './target.js';

/**
 * Lets a backend, TensorFlow.js and stock optimizers tell of what they do; returns what ends that.
 */
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

import { type Scalar, scalar, type Tensor } from '@tensorflow/tfjs-core';

/**
 * The recorder of a step that is replayed later, as `capture` of `@trainkit/capture` has it. A part
 * whose steps differ in more than the values of tensors says so through {@link freshTensor},
 * {@link freshScalar}, {@link sideEffect} and {@link guard}; without a recorder these just run what
 * they are given.
 */
export interface CaptureRecorder {
  /**
   * A tensor that each step makes anew; `depends` are the JavaScript values that `make` was made
   * of.
   */
  input(make: () => Tensor, depends: readonly unknown[]): Tensor;
  /** A number that each step computes anew, as a float32 scalar. */
  number(read: () => number): Scalar;
  /**
   * An effect of each step on JavaScript values, and the function that undoes it where a replay
   * fails.
   */
  effect(run: () => void, undo: () => void): void;
  /**
   * A value that the recording relies on: where `read` gives another one, the recording is not
   * replayed. `advice` ends the reason of a step that stays eager for that.
   */
  guard(
    read: (...tensors: Tensor[]) => GuardValue,
    tensors: readonly Tensor[],
    value: GuardValue,
    advice?: string,
  ): void;
  /** The mode of `owner`: a guard, unless the step itself has set it before. */
  mode(owner: object, read: () => GuardValue): void;
  /**
   * Announces that the step sets the mode of `owner`; it is replayed if the mode is the old one in
   * the end.
   */
  setMode(owner: object, what: string, read: () => GuardValue): void;
  /**
   * An op that updates variables in place, by its native name; `run` is the update as it is done
   * eagerly.
   */
  update(update: ResourceUpdate, run: () => Tensor[]): Tensor[];
  /** Keeps this step from being replayed. */
  refuse(reason: string): void;
}

/** A value of a {@link guard}, which `===` compares. */
export type GuardValue = string | number | boolean | null;

/**
 * A native op whose first inputs are resource variables, of which it changes each; the results are
 * their new values.
 */
export interface ResourceUpdate {
  /** The op's name in TensorFlow, such as `ResourceApplyAdam`. */
  op: string;
  /** The variables' values before. */
  variables: readonly Tensor[];
  /** The inputs after the variables. */
  inputs: readonly Tensor[];
  /** Attributes that are true or false; `T` is the variables' dtype. */
  flags: Readonly<Record<string, boolean>>;
}

/** Undoes the changes of a replayed step to JavaScript values, where the step then fails. */
export interface CaptureJournal {
  /**
   * Called before `owner` changes. Of the first call for each owner, `save` is called; what it
   * returns takes the change back.
   */
  before(owner: object, save: () => () => void): void;
}

// Under registered symbols: two copies of this package in one program record one step.
// `@trainkit/random`, which does not depend on this package, looks under the first two by itself.
const RECORDER = Symbol.for('@trainkit/kernels.stepRecorder');
const JOURNAL = Symbol.for('@trainkit/kernels.stepJournal');
const AGE = Symbol.for('@trainkit/kernels.stepAge');
const home: typeof globalThis & {
  [RECORDER]?: CaptureRecorder | null;
  [JOURNAL]?: CaptureJournal | null;
  [AGE]?: number;
} = globalThis;

/** The recorder of the step that runs now, or null. */
export function activeRecorder(): CaptureRecorder | null {
  return home[RECORDER] ?? null;
}

/** Runs `body` with `recorder` in place; with null, as if nobody recorded. */
export function withRecorder<T>(recorder: CaptureRecorder | null, body: () => T): T {
  const outer = activeRecorder();
  home[RECORDER] = recorder;
  try {
    return body();
  } finally {
    home[RECORDER] = outer;
  }
}

/** Runs the JavaScript of a replayed step, while `journal` is told of its changes. */
export function withJournal<T>(journal: CaptureJournal, body: () => T): T {
  const outer = home[JOURNAL] ?? null;
  home[JOURNAL] = journal;
  try {
    return body();
  } finally {
    home[JOURNAL] = outer;
  }
}

/**
 * Returns a tensor that each step makes of JavaScript values: random numbers, a mask, a batch.
 *
 * Eagerly this is `make()`. In a step that is recorded and replayed, `make` is called in every
 * step, in the order of the first one. It must not use what the step has computed.
 *
 * @param depends the JavaScript values that `make` was made of, a probability or a generator: where
 *   they differ from run to
 * run, the step is not replayed
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs';
 * import { freshTensor } from '@trainkit/kernels/capture';
 *
 * const noise = freshTensor(() => tf.zeros([2])); // drawn anew in each step
 * console.log(noise.shape); // → [ 2 ]
 * ```
 */
export function freshTensor<T extends Tensor>(make: () => T, ...depends: unknown[]): T;
export function freshTensor(make: () => Tensor, ...depends: unknown[]): Tensor {
  return activeRecorder()?.input(make, depends) ?? make();
}

/**
 * Returns a number that may differ from step to step as a float32 scalar: a learning rate. See
 * {@link freshTensor}.
 */
export function freshScalar(read: () => number): Scalar {
  return activeRecorder()?.number(read) ?? scalar(read());
}

/**
 * Runs an effect on JavaScript values, such as a count; in a replayed step too, in the same order.
 *
 * @param undo undoes it, where an op of a replayed step fails afterwards
 */
export function sideEffect(run: () => void, undo: () => void): void {
  const recorder = activeRecorder();
  if (recorder === null) run();
  else recorder.effect(run, undo);
}

/**
 * Returns a JavaScript value that decides what a step computes: a layer's mode, an option, the
 * validity of labels.
 *
 * In a replayed step it is read first, from the tensors in the place of those of the recording;
 * where it differs, or throws, the step runs eagerly. So it is read before the step has changed
 * anything.
 *
 * @param tensors what `read` looks at: the step's arguments or variables, not what it has computed
 */
export function guard<T extends GuardValue>(read: (...tensors: Tensor[]) => T, ...tensors: Tensor[]): T {
  const recorder = activeRecorder();
  if (recorder === null) return read(...tensors);
  const value = withRecorder(null, () => read(...tensors));
  recorder.guard(read, tensors, value);
  return value;
}

/**
 * The mode of `owner`, a {@link guard} that the step itself may set, through {@link setMode}.
 *
 * @param owner the object whose mode it is; it has one
 */
export function guardMode<T extends GuardValue>(owner: object, read: () => T): T {
  activeRecorder()?.mode(owner, read);
  return read();
}

/**
 * Announces that the step is about to set the mode of `owner`. A step that leaves the mode as it
 * was is replayed, any other stays eager.
 *
 * @param what what sets it, for the reason: `train() or eval()`
 */
export function setMode(owner: object, what: string, read: () => GuardValue): void {
  activeRecorder()?.setMode(owner, what, read);
}

/**
 * Keeps the step that runs now from being replayed, for a reason: it calls back, it waits, it
 * writes.
 */
export function preventCapture(reason: string): void {
  activeRecorder()?.refuse(reason);
}

/** Invalidates all recordings, because a hook was added or the like: steps are recorded anew. */
export function invalidateCaptures(): void {
  home[AGE] = captureEpoch() + 1;
}

/**
 * The number of calls of {@link invalidateCaptures}: a recording of an earlier epoch is not
 * replayed.
 */
export function captureEpoch(): number {
  return home[AGE] ?? 0;
}

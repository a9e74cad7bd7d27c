import { type Scalar, scalar, type Tensor } from '@tensorflow/tfjs-core';

/**
 * Who records a step to replay it later, as `capture` of `@trainkit/capture` does. A part whose steps differ in more
 * than the values of tensors says so through {@link stepInput}, {@link stepNumber}, {@link stepEffect} and
 * {@link stepFact}; without a recorder these just run what they are given.
 */
export interface StepRecorder {
  /** A tensor that each step makes anew. */
  input(make: () => Tensor): Tensor;
  /** A number that each step computes anew, as a float32 scalar. */
  number(read: () => number): Scalar;
  /** What each step does beside computing. */
  effect(run: () => void): void;
  /** What the recording relies on: where `read` gives another value, the recorded step is not the one to replay. */
  fact(read: (...tensors: Tensor[]) => Fact, tensors: readonly Tensor[], value: Fact): void;
  /** An op that updates variables in place, by its native name; `run` is the update as it is done eagerly. */
  update(update: StepUpdate, run: () => Tensor[]): Tensor[];
  /** This step cannot be replayed. */
  refuse(reason: string): void;
}

/** What a {@link stepFact} may be: what `===` compares. */
export type Fact = string | number | boolean | null;

/** A native op whose first inputs are resource variables, of which it changes each; the results are their new values. */
export interface StepUpdate {
  /** The op's name in TensorFlow, such as `ResourceApplyAdam`. */
  op: string;
  /** The variables' values before. */
  variables: readonly Tensor[];
  /** The inputs after the variables. */
  inputs: readonly Tensor[];
  /** Attributes that are true or false; `T` is the variables' dtype. */
  flags: Readonly<Record<string, boolean>>;
}

// Under registered symbols: two copies of this package in one program record one step.
const RECORDER = Symbol.for('@trainkit/kernels.stepRecorder');
const AGE = Symbol.for('@trainkit/kernels.stepAge');
const home: typeof globalThis & { [RECORDER]?: StepRecorder | null; [AGE]?: number } = globalThis;

/** The recorder of the step that runs now, or null. */
export function stepRecorder(): StepRecorder | null {
  return home[RECORDER] ?? null;
}

/** Runs `body` with `recorder` in place; with null, as if nobody recorded. */
export function recordStep<T>(recorder: StepRecorder | null, body: () => T): T {
  const outer = stepRecorder();
  home[RECORDER] = recorder;
  try {
    return body();
  } finally {
    home[RECORDER] = outer;
  }
}

/**
 * A tensor that a step gets from outside: random numbers, what a JavaScript variable says.
 *
 * Eagerly this is `make()`. In a step that is recorded and replayed, `make` is called in every step, in the order of
 * the first one. It must not use what the step has computed.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs';
 * import { stepInput } from '@trainkit/kernels';
 *
 * const noise = stepInput(() => tf.zeros([2])); // drawn anew in each step
 * console.log(noise.shape); // → [ 2 ]
 * ```
 */
export function stepInput<T extends Tensor>(make: () => T): T;
export function stepInput(make: () => Tensor): Tensor {
  return stepRecorder()?.input(make) ?? make();
}

/** A number that may differ from step to step, as a float32 scalar: a learning rate. See {@link stepInput}. */
export function stepNumber(read: () => number): Scalar {
  return stepRecorder()?.number(read) ?? scalar(read());
}

/** What a step does in JavaScript: count, advance a generator. In a replayed step too, in the same order. */
export function stepEffect(run: () => void): void {
  const recorder = stepRecorder();
  if (recorder === null) run();
  else recorder.effect(run);
}

/**
 * Something in JavaScript that decides what a step computes: a layer's mode, an option, whether labels are valid.
 *
 * In a replayed step it is read first, from the tensors in the place of those of the recording; where it differs, or
 * throws, the step runs eagerly. So it is read before the step has changed anything.
 *
 * @param tensors what `read` looks at: the step's arguments or variables, not what it has computed
 */
export function stepFact<T extends Fact>(read: (...tensors: Tensor[]) => T, ...tensors: Tensor[]): T {
  const recorder = stepRecorder();
  if (recorder === null) return read(...tensors);
  const value = recordStep(null, () => read(...tensors));
  recorder.fact(read, tensors, value);
  return value;
}

/** Says that the step that runs now must not be replayed, and why: it calls back, it waits, it writes. */
export function stepRefusal(reason: string): void {
  stepRecorder()?.refuse(reason);
}

/** Says that all steps recorded so far may have become others: a hook was added. They are recorded anew. */
export function outdateSteps(): void {
  home[AGE] = stepAge() + 1;
}

/** How often {@link outdateSteps} was called: a recording that is older than the last time is not to be replayed. */
export function stepAge(): number {
  return home[AGE] ?? 0;
}

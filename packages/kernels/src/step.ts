import { type Scalar, scalar, type Tensor } from '@tensorflow/tfjs-core';

/**
 * Who records a step to replay it later, as `capture` of `@trainkit/capture` does. A part whose steps differ in more
 * than the values of tensors says so through {@link stepInput}, {@link stepNumber}, {@link stepEffect} and
 * {@link stepFact}; without a recorder these just run what they are given.
 */
export interface StepRecorder {
  /** A tensor that each step makes anew; `depends` are the JavaScript values that `make` was made of. */
  input(make: () => Tensor, depends: readonly unknown[]): Tensor;
  /** A number that each step computes anew, as a float32 scalar. */
  number(read: () => number): Scalar;
  /** What each step does beside computing, and what takes it back where a replay fails. */
  effect(run: () => void, undo: () => void): void;
  /** What the recording relies on: where `read` gives another value, the recorded step is not the one to replay. */
  fact(read: (...tensors: Tensor[]) => Fact, tensors: readonly Tensor[], value: Fact): void;
  /** The value of `owner` that the step decides by: a fact, unless the step itself has set it before. */
  mode(owner: object, read: () => Fact): void;
  /** The step is about to set the value of `owner`; it can be replayed where the value is the old one in the end. */
  setMode(owner: object, what: string, read: () => Fact): void;
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

/** Who takes back what the JavaScript of a replayed step has changed, where the step then fails. */
export interface StepJournal {
  /** Called before `owner` changes. Of the first call for each owner, `save` is called; what it returns takes the change back. */
  before(owner: object, save: () => () => void): void;
}

// Under registered symbols: two copies of this package in one program record one step. `@trainkit/random`, which does not
// depend on this package, looks under the first two by itself.
const RECORDER = Symbol.for('@trainkit/kernels.stepRecorder');
const JOURNAL = Symbol.for('@trainkit/kernels.stepJournal');
const AGE = Symbol.for('@trainkit/kernels.stepAge');
const home: typeof globalThis & {
  [RECORDER]?: StepRecorder | null;
  [JOURNAL]?: StepJournal | null;
  [AGE]?: number;
} = globalThis;

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

/** Runs the JavaScript of a replayed step, while `journal` hears of what it changes. */
export function journalStep<T>(journal: StepJournal, body: () => T): T {
  const outer = home[JOURNAL] ?? null;
  home[JOURNAL] = journal;
  try {
    return body();
  } finally {
    home[JOURNAL] = outer;
  }
}

/**
 * A tensor that a step gets from outside: random numbers, what a JavaScript variable says.
 *
 * Eagerly this is `make()`. In a step that is recorded and replayed, `make` is called in every step, in the order of
 * the first one. It must not use what the step has computed.
 *
 * @param depends the JavaScript values that `make` was made of, a probability or a generator: where they differ from run to
 * run, the step is not replayed
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
export function stepInput<T extends Tensor>(make: () => T, ...depends: unknown[]): T;
export function stepInput(make: () => Tensor, ...depends: unknown[]): Tensor {
  return stepRecorder()?.input(make, depends) ?? make();
}

/** A number that may differ from step to step, as a float32 scalar: a learning rate. See {@link stepInput}. */
export function stepNumber(read: () => number): Scalar {
  return stepRecorder()?.number(read) ?? scalar(read());
}

/**
 * Runs what a step does in JavaScript, such as counting; in a replayed step too, in the same order.
 *
 * @param undo takes it back, where an op of a replayed step fails afterwards
 */
export function stepEffect(run: () => void, undo: () => void): void {
  const recorder = stepRecorder();
  if (recorder === null) run();
  else recorder.effect(run, undo);
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

/**
 * The mode of `owner`, a {@link stepFact} that the step itself may set, through {@link setStepMode}.
 *
 * @param owner the object whose mode it is; it has one
 */
export function stepMode<T extends Fact>(owner: object, read: () => T): T {
  stepRecorder()?.mode(owner, read);
  return read();
}

/**
 * Says that the step is about to set the mode of `owner`. A step that leaves the mode as it was is replayed, any other stays
 * eager.
 *
 * @param what what sets it, for the reason: `train() or eval()`
 */
export function setStepMode(owner: object, what: string, read: () => Fact): void {
  stepRecorder()?.setMode(owner, what, read);
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

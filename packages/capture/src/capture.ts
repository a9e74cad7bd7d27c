import { engine, getBackend, type Tensor } from '@tensorflow/tfjs-core';
import { checkFunction, checkOptions, errorReason, type OptionNames, show } from '@trainkit/checks';
import { activeRecorder, captureEpoch } from '@trainkit/kernels/capture';
import { activeTarget } from './active-target.js';
import { type AliasGuard, aliasGuardsOf } from './alias-guards.js';
import { difference, guardDifference } from './compare.js';
import { type Recorded, record } from './recorder.js';
import type { Recording } from './recording.js';
import { Replay } from './replay.js';
import { flatten, keyOf, tidied } from './structure.js';
import type { Target } from './target.js';

/** Options of {@link capture}. */
export interface CaptureOptions {
  /**
   * Told once of each reason for which calls stay eager on tfjs-node and native; default
   * `console.warn`. On other backends every call is eager, and nothing is told.
   */
  onEager?: ((reason: string) => void) | undefined;
}

const CAPTURE: OptionNames<CaptureOptions> = { onEager: true };

/** The state of a captured step, for the arguments of its last call. */
export interface CaptureStatus {
  /** `replaying`: as one graph. `recording`: eagerly, to be compared. `eager`: for good. */
  mode: 'replaying' | 'recording' | 'eager';
  /** Why it is eager, else null. */
  reason: string | null;
  /** The number of calls that were replayed. */
  replayed: number;
  /** The number of graphs: one for each kind of arguments and of layers' modes. */
  graphs: number;
}

/** A captured step: the step, with its state. */
export interface CapturedStep<Args extends readonly unknown[], Result> {
  (...args: Args): Result;
  /** The state of its calls: recorded, replayed or eager, and why. */
  readonly status: CaptureStatus;
  /** Frees the graphs; calls are eager from then on. */
  dispose(): void;
}

/** Recordings before a step is left eager. */
const ATTEMPTS = 5;
/**
 * Of so many kinds of arguments calls are recorded: a number that is another in every call would
 * make one for each.
 */
const MOST_KINDS = 16;
/** Most graphs for one kind of arguments: one for each mode and set of options that was met. */
const MOST_GRAPHS = 8;
/** Graphs that are made for one kind of arguments before it counts whether they are replayed. */
const MOST_MADE = 32;

/**
 * Records a training step and replays it as one graph of TensorFlow, or as one call of the native
 * backend, with the bytes of the eager step.
 *
 * The first calls run eagerly, recorded; where two runs agree, later calls are one graph
 * (tfjs-node, native; elsewhere each call is the plain one). Arguments are tensors, numbers,
 * strings, null, arrays and plain objects of these; what is no tensor decides which graph is meant.
 * The step runs in a tidy: what it returns is the caller's to dispose.
 *
 * The trap: plain JavaScript values in the step, `if`s on them, and which tensor a name stands for,
 * are frozen at the recording; pass what changes as a tensor, among the arguments.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs';
 * import { capture } from '@trainkit/capture';
 *
 * const step = capture((x: tf.Tensor) => tf.sum(tf.square(x)));
 * const x = tf.tensor1d([1, 2, 3]);
 * console.log(step(x).dataSync()[0]); // → 14
 * ```
 */
export function capture<Args extends readonly unknown[], Result>(
  step: (...args: Args) => Result,
  options: CaptureOptions = {},
): CapturedStep<Args, Result> {
  checkFunction('capture', 'step', step);
  const { onEager = warn } = checkOptions('capture', options, CAPTURE);
  checkFunction('capture', 'onEager', onEager);
  const captured = new Captured(step, onEager);
  const call = (...args: Args): Result => captured.call(args);
  Object.defineProperty(call, 'status', { get: () => captured.status, enumerable: true });
  // The compiler does not follow `defineProperty`, and `Object.assign` would read the getter once.
  return Object.assign(call, { dispose: () => captured.dispose() }) as CapturedStep<Args, Result>;
}

function warn(reason: string): void {
  console.warn(`capture: the step stays eager: ${reason}.`);
}

/** The recordings and graphs for one kind of arguments. */
interface Specialization {
  /** The runs that no graph was made of, in their order. */
  recordings: Recording[];
  /** The last difference between two recordings that no guard predicted, or null. */
  nondeterminism: string | null;
  replays: Replay[];
  /** The number of graphs that were made, and of the calls that they served. */
  made: number;
  served: number;
  /** Why these calls are eager for good, or null. */
  eager: string | null;
}

/**
 * Times in a row that all recordings may become stale, because hooks or the backend changed, before
 * a call is replayed.
 */
const MOST_FORGOTTEN = 8;

const OUTDATED =
  `a forward hook was added or removed, or the backend changed, ${MOST_FORGOTTEN} times before a call could be replayed; ` +
  'do so between fewer calls';

const NEVER_REPLAYED =
  `${MOST_MADE} graphs were made of it, and most of them never replayed: modes, options or tensors that it uses differ in ` +
  'nearly every call';

const CHANGES_ARGUMENT = 'it changes an array or object among its arguments; return what is new';

const TOO_MANY =
  `it was called with ${MOST_KINDS} kinds of arguments already, where each takes a graph of its own; pass numbers that ` +
  'change as tensors';

/** The graph for these arguments, or null; what can never run again is freed. */
function replayFor(specialization: Specialization, tensors: readonly Tensor[]): Replay | null {
  const [last] = specialization.replays;
  // As it is in nearly every call.
  if (last !== undefined && !last.isStale && last.fits(tensors)) return last;
  for (const replay of specialization.replays) if (replay.isStale) replay.dispose();
  specialization.replays = specialization.replays.filter(({ isStale }) => !isStale);
  const found = specialization.replays.find((replay) => replay.fits(tensors));
  if (found !== undefined) keep(specialization, found);
  return found ?? null;
}

/** Puts a graph first; the one that was used longest ago is freed where there are too many. */
function keep(specialization: Specialization, replay: Replay): void {
  specialization.replays = [replay, ...specialization.replays.filter((other) => other !== replay)];
  for (const old of specialization.replays.splice(MOST_GRAPHS)) old.dispose();
}

class Captured<Args extends readonly unknown[], Result> {
  readonly #step: (...args: Args) => Result;
  readonly #onEager: (reason: string) => void;
  readonly #specializations = new Map<string, Specialization>();
  readonly #told = new Set<string>();
  #target: Target | null = null;
  /** The {@link captureEpoch} of the specializations. */
  #age = 0;
  /** Times that the specializations were dropped since a call was replayed. */
  #forgotten = 0;
  /** Why the last recorded run cannot be replayed, or null. */
  #refusal: string | null = null;
  /** Why all calls are eager for good, or null. */
  #givenUp: string | null = null;
  #disposed = false;
  #replayed = 0;
  #last: Pick<CaptureStatus, 'mode' | 'reason'> = { mode: 'recording', reason: null };

  constructor(step: (...args: Args) => Result, onEager: (reason: string) => void) {
    this.#step = step;
    this.#onEager = onEager;
  }

  get status(): CaptureStatus {
    return { ...this.#last, replayed: this.#replayed, graphs: this.#graphs() };
  }

  call(args: Args): Result {
    if (this.#disposed) return this.#eager(args, 'it is disposed');
    // Inside another step that is being recorded, or under a gradient, this one is a part of it.
    if (activeRecorder() !== null || engine().state.gradientDepth > 0) return this.#run(args);
    const target = activeTarget();
    if (target === null) return this.#eager(args, `the backend ${show(getBackend())} has no graphs`);
    if (this.#givenUp === null && (this.#target !== target || this.#age !== captureEpoch()))
      this.#outdate(target);
    if (this.#givenUp !== null) return this.#tell(args, this.#givenUp);
    const flat = flatten(args);
    // It will throw, where it has to, and then nothing was counted or drawn before its time.
    if (flat.tensors.some(({ isDisposed }) => isDisposed)) return this.#run(args);
    const key = keyOf(flat);
    if (key === null) {
      return this.#tell(args, 'an argument is no tensor, number, string, or array or plain object of these');
    }
    const specialization = this.#specializationOf(key);
    if (specialization === null) return this.#tell(args, TOO_MANY);
    if (specialization.eager !== null) return this.#tell(args, specialization.eager);
    const replay = replayFor(specialization, flat.tensors);
    if (replay === null) return this.#record(target, specialization, args, flat.tensors);
    this.#last = { mode: 'replaying', reason: null };
    this.#replayed++;
    this.#forgotten = 0;
    specialization.served++;
    // What the step returned when it was recorded, with the tensors of this run.
    return replay.run(flat.tensors) as Result;
  }

  dispose(): void {
    this.#forget();
    this.#disposed = true;
  }

  #record(target: Target, specialization: Specialization, args: Args, tensors: readonly Tensor[]): Result {
    const before = keyOf(flatten(args));
    const recorded = record(target, () => this.#step(...args), tensors);
    this.#last = { mode: 'recording', reason: null };
    if (keyOf(flatten(args)) !== before) recorded.recording.refusal ??= CHANGES_ARGUMENT;
    this.#refusal = recorded.recording.refusal;
    try {
      this.#learn(target, specialization, recorded);
    } finally {
      recorded.release();
    }
    if (specialization.eager !== null) this.#report(specialization.eager);
    return recorded.returned;
  }

  /** Makes a graph where two runs agree; gives up where that takes too long. */
  #learn(target: Target, specialization: Specialization, recorded: Recorded<Result>): void {
    const { recording } = recorded;
    const widened = specialization.replays.find((replay) => replay.widen(recording));
    if (widened !== undefined) {
      keep(specialization, widened);
      return;
    }
    const earlier = specialization.recordings.at(-1);
    // In the same modes: those that are trained and evaluated in turn are recorded in turn.
    const alike = specialization.recordings.filter((other) => guardDifference(other, recording) === null);
    const differences = alike.map((other) => difference(other, recording));
    const before = alike.at(-1);
    const changed = differences.at(-1) ?? null;
    if (before?.refusal === null && recording.refusal === null) specialization.nondeterminism ??= changed;
    // What comes back after something else will go again.
    const cameBack = changed !== null && differences.includes(null);
    const agreed = differences.length - 1 - differences.findLastIndex((each) => each !== null);
    specialization.recordings.push(recording);
    if (cameBack && specialization.nondeterminism !== null) {
      this.#giveUp(specialization, specialization.nondeterminism);
    } else if (before && agreed >= (specialization.nondeterminism === null ? 1 : 2)) {
      this.#make(target, specialization, recorded, aliasGuardsOf(before, recording));
    } else if (specialization.recordings.length >= ATTEMPTS) {
      // Not of one alone: the first run of an optimizer makes the variables of its state.
      const refused = specialization.recordings.filter((other) => other.refusal !== null);
      const refusal = refused.length > 1 ? (refused.at(-1)?.refusal ?? null) : null;
      // Told last, since runs in other modes are recorded apart: where no two were in the same
      // ones.
      const modes = earlier === undefined ? null : guardDifference(earlier, recording);
      this.#giveUp(
        specialization,
        refusal ?? changed ?? specialization.nondeterminism ?? modes ?? 'two runs of it differ',
      );
    }
  }

  #make(
    target: Target,
    specialization: Specialization,
    recorded: Recorded<Result>,
    aliasGuards: readonly AliasGuard[],
  ): void {
    specialization.recordings = [];
    const built = this.#build(target, recorded, aliasGuards);
    if (!(built instanceof Replay)) {
      this.#giveUp(specialization, built);
      return;
    }
    keep(specialization, built);
    specialization.made++;
    if (specialization.made >= MOST_MADE && specialization.served < specialization.made)
      this.#giveUp(specialization, NEVER_REPLAYED);
  }

  #giveUp(specialization: Specialization, reason: string): void {
    for (const replay of specialization.replays.splice(0)) replay.dispose();
    specialization.recordings = [];
    specialization.eager = reason;
  }

  /** A graph that gives what the recorded run gave, or why there is none. */
  #build(
    target: Target,
    { recording, dataOf, numbers, results }: Recorded<Result>,
    aliasGuards: readonly AliasGuard[],
  ): Replay | string {
    let replay: Replay | null = null;
    try {
      replay = new Replay(target, recording, aliasGuards);
      if (replay.reproduces(dataOf, numbers, results)) return replay;
      replay.dispose();
      return 'as a graph it does not give the same numbers, to the last bit';
    } catch (error) {
      replay?.dispose();
      return `it cannot be made a graph: ${errorReason(error)}`;
    }
  }

  #run(args: Args): Result {
    return tidied(() => this.#step(...args));
  }

  #eager(args: Args, reason: string): Result {
    this.#last = { mode: 'eager', reason };
    return this.#run(args);
  }

  #tell(args: Args, reason: string): Result {
    this.#report(reason);
    return this.#eager(args, reason);
  }

  #report(reason: string): void {
    this.#last = { mode: 'eager', reason };
    if (this.#told.has(reason)) return;
    this.#told.add(reason);
    this.#onEager(reason);
  }

  /** The specialization for this kind of arguments; null where there are too many kinds. */
  #specializationOf(key: string): Specialization | null {
    const known = this.#specializations.get(key);
    if (known !== undefined) return known;
    if (this.#specializations.size >= MOST_KINDS) return null;
    const specialization = {
      recordings: [],
      nondeterminism: null,
      replays: [],
      made: 0,
      served: 0,
      eager: null,
    };
    this.#specializations.set(key, specialization);
    return specialization;
  }

  #graphs(): number {
    return [...this.#specializations.values()].reduce((sum, { replays }) => sum + replays.length, 0);
  }

  /** Begins anew; gives up where that happens again and again and no call is ever replayed. */
  #outdate(target: Target): void {
    if (this.#specializations.size > 0) this.#forgotten++;
    this.#forget();
    this.#target = target;
    this.#age = captureEpoch();
    if (this.#forgotten >= MOST_FORGOTTEN) this.#givenUp = this.#refusal ?? OUTDATED;
  }

  #forget(): void {
    for (const { replays } of this.#specializations.values()) for (const replay of replays) replay.dispose();
    this.#specializations.clear();
  }
}

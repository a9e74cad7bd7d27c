import { engine, getBackend, type Tensor } from '@tensorflow/tfjs-core';
import { checkFunction, checkOptions, errorMessage, type OptionNames, show } from '@trainkit/checks';
import { activeRecorder, captureEpoch } from '@trainkit/kernels/capture';
import { activeTarget } from './active-target.js';
import { type Bond, bondsOf } from './bonds.js';
import { difference, guardDifference } from './compare.js';
import { type Recorded, record } from './recorder.js';
import type { Recording } from './recording.js';
import { Replay } from './replay.js';
import { flatten, keyOf, tidied } from './structure.js';
import type { Target } from './target.js';

/** How {@link capture} works. */
export interface CaptureOptions {
  /**
   * Told once of each reason for which calls stay eager on tfjs-node and native; default `console.warn`. On other backends
   * every call is eager, and nothing is told.
   */
  onEager?: ((reason: string) => void) | undefined;
}

const CAPTURE: OptionNames<CaptureOptions> = { onEager: true };

/** How the calls of a captured step go, for the arguments of the last one. */
export interface CaptureStatus {
  /** `replaying`: as one graph. `recording`: eagerly, to be compared. `eager`: for good. */
  mode: 'replaying' | 'recording' | 'eager';
  /** Why it is eager, else null. */
  reason: string | null;
  /** How many calls were replayed in all. */
  replayed: number;
  /** How many graphs there are: one for each kind of arguments and of layers' modes. */
  graphs: number;
}

/** What {@link capture} returns: the step, with its state. */
export interface CapturedStep<Args extends readonly unknown[], Result> {
  (...args: Args): Result;
  /** Whether calls are replayed, and why not. */
  readonly status: CaptureStatus;
  /** Frees the graphs; calls are eager from then on. */
  dispose(): void;
}

/** So often a step is recorded until runs agree. */
const ATTEMPTS = 5;
/** Of so many kinds of arguments calls are recorded: a number that is another in every call would make one for each. */
const MOST_KINDS = 16;
/** So many graphs there may be for one kind of arguments: one for each mode and set of options that was met. */
const MOST_GRAPHS = 8;
/** So many graphs are made for one kind of arguments until it counts whether they are replayed. */
const MOST_MADE = 32;

/**
 * Records a training step and replays it as one graph of TensorFlow, or as one call of the native backend, with the bytes of
 * the eager step.
 *
 * The first calls run eagerly, recorded; where two runs agree, later calls are one graph (tfjs-node, native; elsewhere each
 * call is the plain one). Arguments are tensors, numbers, strings, null, arrays and plain objects of these; what is no tensor decides
 * which graph is meant. The step runs in a tidy: what it returns is the caller's to dispose.
 *
 * The trap: plain JavaScript values in the step, `if`s on them, and which tensor a name stands for, are frozen at the recording;
 * pass what changes as a tensor, among the arguments.
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

/** What is known of the calls with one kind of arguments. */
interface Entry {
  /** The runs that no graph was made of, in their order. */
  recordings: Recording[];
  /** How two runs differed though nothing told of it beforehand, or null: then two that agree are not trusted. */
  unsteady: string | null;
  replays: Replay[];
  /** How many graphs were made, and how many calls they served. */
  made: number;
  served: number;
  /** Why these calls are eager for good, or null. */
  eager: string | null;
}

/** So often in a row all that was recorded is let go, because hooks or the backend changed, before a call was replayed. */
const MOST_FORGOTTEN = 8;

const OUTDATED =
  `a forward hook was added or removed, or the backend changed, ${MOST_FORGOTTEN} times before a call could be replayed; ` +
  'do so between fewer calls';

const IN_VAIN =
  `${MOST_MADE} graphs were made of it, and most of them never replayed: modes, options or tensors that it uses differ in ` +
  'nearly every call';

const CHANGES_ARGUMENT = 'it changes an array or object among its arguments; return what is new';

const TOO_MANY =
  `it was called with ${MOST_KINDS} kinds of arguments already, where each takes a graph of its own; pass numbers that ` +
  'change as tensors';

/** The graph for these arguments, or null; what can never run again is freed. */
function replayFor(entry: Entry, tensors: readonly Tensor[]): Replay | null {
  const [last] = entry.replays;
  // As it is in nearly every call.
  if (last !== undefined && !last.isDead && last.fits(tensors)) return last;
  for (const replay of entry.replays) if (replay.isDead) replay.dispose();
  entry.replays = entry.replays.filter(({ isDead }) => !isDead);
  const found = entry.replays.find((replay) => replay.fits(tensors));
  if (found !== undefined) keep(entry, found);
  return found ?? null;
}

/** Puts a graph first; the one that was used longest ago is freed where there are too many. */
function keep(entry: Entry, replay: Replay): void {
  entry.replays = [replay, ...entry.replays.filter((other) => other !== replay)];
  for (const old of entry.replays.splice(MOST_GRAPHS)) old.dispose();
}

class Captured<Args extends readonly unknown[], Result> {
  readonly #step: (...args: Args) => Result;
  readonly #onEager: (reason: string) => void;
  readonly #entries = new Map<string, Entry>();
  readonly #told = new Set<string>();
  #target: Target | null = null;
  /** What {@link captureEpoch} was when the entries were made. */
  #age = 0;
  /** How often the entries were forgotten since a call was replayed. */
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
    const entry = this.#entryOf(key);
    if (entry === null) return this.#tell(args, TOO_MANY);
    if (entry.eager !== null) return this.#tell(args, entry.eager);
    const replay = replayFor(entry, flat.tensors);
    if (replay === null) return this.#record(target, entry, args, flat.tensors);
    this.#last = { mode: 'replaying', reason: null };
    this.#replayed++;
    this.#forgotten = 0;
    entry.served++;
    // What the step returned when it was recorded, with the tensors of this run.
    return replay.run(flat.tensors) as Result;
  }

  dispose(): void {
    this.#forget();
    this.#disposed = true;
  }

  #record(target: Target, entry: Entry, args: Args, tensors: readonly Tensor[]): Result {
    const before = keyOf(flatten(args));
    const recorded = record(target, () => this.#step(...args), tensors);
    this.#last = { mode: 'recording', reason: null };
    if (keyOf(flatten(args)) !== before) recorded.recording.refusal ??= CHANGES_ARGUMENT;
    this.#refusal = recorded.recording.refusal;
    try {
      this.#learn(target, entry, recorded);
    } finally {
      recorded.release();
    }
    if (entry.eager !== null) this.#report(entry.eager);
    return recorded.returned;
  }

  /** Makes a graph where two runs agree; gives up where that takes too long. */
  #learn(target: Target, entry: Entry, recorded: Recorded<Result>): void {
    const { recording } = recorded;
    const widened = entry.replays.find((replay) => replay.widen(recording));
    if (widened !== undefined) {
      keep(entry, widened);
      return;
    }
    const earlier = entry.recordings.at(-1);
    // In the same modes: those that are trained and evaluated in turn are recorded in turn.
    const alike = entry.recordings.filter((other) => guardDifference(other, recording) === null);
    const differences = alike.map((other) => difference(other, recording));
    const before = alike.at(-1);
    const changed = differences.at(-1) ?? null;
    if (before?.refusal === null && recording.refusal === null) entry.unsteady ??= changed;
    // What comes back after something else will go again.
    const cameBack = changed !== null && differences.includes(null);
    const agreed = differences.length - 1 - differences.findLastIndex((each) => each !== null);
    entry.recordings.push(recording);
    if (cameBack && entry.unsteady !== null) {
      this.#giveUp(entry, entry.unsteady);
    } else if (before && agreed >= (entry.unsteady === null ? 1 : 2)) {
      this.#make(target, entry, recorded, bondsOf(before, recording));
    } else if (entry.recordings.length >= ATTEMPTS) {
      // Not of one alone: the first run of an optimizer makes the variables of its state.
      const refused = entry.recordings.filter((other) => other.refusal !== null);
      const refusal = refused.length > 1 ? (refused.at(-1)?.refusal ?? null) : null;
      // Told last, since runs in other modes are recorded apart: where no two were in the same ones.
      const modes = earlier === undefined ? null : guardDifference(earlier, recording);
      this.#giveUp(entry, refusal ?? changed ?? entry.unsteady ?? modes ?? 'two runs of it differ');
    }
  }

  #make(target: Target, entry: Entry, recorded: Recorded<Result>, bonds: readonly Bond[]): void {
    entry.recordings = [];
    const built = this.#build(target, recorded, bonds);
    if (!(built instanceof Replay)) {
      this.#giveUp(entry, built);
      return;
    }
    keep(entry, built);
    entry.made++;
    if (entry.made >= MOST_MADE && entry.served < entry.made) this.#giveUp(entry, IN_VAIN);
  }

  #giveUp(entry: Entry, reason: string): void {
    for (const replay of entry.replays.splice(0)) replay.dispose();
    entry.recordings = [];
    entry.eager = reason;
  }

  /** A graph that gives what the recorded run gave, or why there is none. */
  #build(
    target: Target,
    { recording, dataOf, numbers, results }: Recorded<Result>,
    bonds: readonly Bond[],
  ): Replay | string {
    let replay: Replay | null = null;
    try {
      replay = new Replay(target, recording, bonds);
      if (replay.reproduces(dataOf, numbers, results)) return replay;
      replay.dispose();
      return 'as a graph it does not give the same numbers, to the last bit';
    } catch (error) {
      replay?.dispose();
      return `it cannot be made a graph: ${errorMessage(error)}`;
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

  /** What is known of this kind of arguments; null where there are too many kinds. */
  #entryOf(key: string): Entry | null {
    const known = this.#entries.get(key);
    if (known !== undefined) return known;
    if (this.#entries.size >= MOST_KINDS) return null;
    const entry = { recordings: [], unsteady: null, replays: [], made: 0, served: 0, eager: null };
    this.#entries.set(key, entry);
    return entry;
  }

  #graphs(): number {
    return [...this.#entries.values()].reduce((sum, { replays }) => sum + replays.length, 0);
  }

  /** Begins anew; gives up where that happens again and again and no call is ever replayed. */
  #outdate(target: Target): void {
    if (this.#entries.size > 0) this.#forgotten++;
    this.#forget();
    this.#target = target;
    this.#age = captureEpoch();
    if (this.#forgotten >= MOST_FORGOTTEN) this.#givenUp = this.#refusal ?? OUTDATED;
  }

  #forget(): void {
    for (const { replays } of this.#entries.values()) for (const replay of replays) replay.dispose();
    this.#entries.clear();
  }
}

import { checkInteger, checkOptions, type OptionNames } from '@trainkit/checks';
import type { ClaimedEvent, DoneEvent, FailedEvent, ProposedEvent, SweepEvent } from './event.js';
import { RunQueue } from './run-queue.js';
import type { RunState, TrialState, TrialValue } from './run-state.js';
import { WorkerClock, type WorkerClockState } from './worker-clock.js';

/** Options of {@link JournalState}. */
export interface JournalStateOptions {
  /** Failures after which a run is tried again. Default 2. */
  retries?: number | undefined;
  /**
   * Ticks of the journal's clock without a sign of life after which a worker counts as dead.
   * Default 4.
   */
  lease?: number | undefined;
  /** Workers that may die over one run before it counts as failed. Default 20. */
  maxDeaths?: number | undefined;
}

const OPTIONS: OptionNames<JournalStateOptions> = { retries: true, lease: true, maxDeaths: true };

/** All of a {@link JournalState}: what a snapshot holds, plain JSON. */
export interface JournalSnapshot {
  /** The runs in the order of their proposals. */
  runs: RunState[];
  /** The trials in the order of their numbers. */
  trials: TrialState[];
  /** The clock. */
  clock: WorkerClockState;
  /** The reason why no trial is begun or promoted any more. */
  stopped: string | null;
}

/**
 * The state of a sweep: what its journal says, event by event. It touches no file and reads no
 * clock.
 *
 * An event that does not follow from the state is ignored. So an event may be delivered twice, or
 * late: a claim counts only with the next number of its run, and what a worker says of a claim
 * counts only while the run is in that claim.
 */
export class JournalState {
  readonly #retries: number;
  readonly #maxDeaths: number;
  readonly #runs = new Map<string, RunState>();
  readonly #order = new Map<string, number>();
  readonly #trials: TrialState[] = [];
  readonly #claims = new Map<string, Set<string>>();
  readonly #clock: WorkerClock;
  #queue = new RunQueue();
  #stopped: string | null = null;
  #plannedSteps = 0;

  /** @throws TypeError and RangeError that name what is wrong in the options */
  constructor(options: JournalStateOptions = {}) {
    const { retries = 2, lease = 4, maxDeaths = 20 } = checkOptions('JournalState', options, OPTIONS);
    checkInteger('JournalState', 'retries', retries);
    checkInteger('JournalState', 'lease', lease, { min: 2 });
    checkInteger('JournalState', 'maxDeaths', maxDeaths, { min: 1 });
    this.#retries = retries;
    this.#maxDeaths = maxDeaths;
    this.#clock = new WorkerClock(lease);
  }

  /** The runs by identity, in the order of their proposals. */
  get runs(): ReadonlyMap<string, Readonly<RunState>> {
    return this.#runs;
  }

  /** The trials in the order of their numbers. */
  get trials(): readonly Readonly<TrialState>[] {
    return this.#trials;
  }

  /** Workers that count as alive. */
  get workers(): readonly string[] {
    return this.#clock.alive;
  }

  /** Ticks of the journal's clock. */
  get tick(): number {
    return this.#clock.tick;
  }

  /** The reason why no trial is begun or promoted any more; null where one may be. */
  get stopped(): string | null {
    return this.#stopped;
  }

  /** Runs that a worker has. */
  get claimed(): number {
    let count = 0;
    for (const runs of this.#claims.values()) count += runs.size;
    return count;
  }

  /** Steps of all runs to their goals together. */
  get plannedSteps(): number {
    return this.#plannedSteps;
  }

  /** The run that the next claim is for; null where none waits. */
  nextWaiting(): Readonly<RunState> | null {
    for (let run = this.#queue.first; run !== undefined; run = this.#queue.first) {
      const state = this.#runs.get(run)!;
      if (state.status === 'waiting') return state;
      this.#queue.pop();
    }
    return null;
  }

  /** The run that a worker has; null where it has none, or lost it. */
  claimOf(worker: string): Readonly<RunState> | null {
    const [run] = this.#claims.get(worker) ?? [];
    return run === undefined ? null : this.#runs.get(run)!;
  }

  /** Applies an event, and returns the values of trials that it completed. */
  apply(event: SweepEvent): TrialValue[] {
    switch (event.type) {
      case 'proposed':
        return this.#propose(event);
      case 'promoted':
        return this.#promote(event.trial, event.steps);
      case 'claimed':
        this.#claim(event);
        return [];
      case 'reported': {
        const run = this.#inClaim(event);
        if (run !== null && event.step > (run.report?.step ?? -1)) {
          run.report = { step: event.step, value: event.value };
          this.#clock.sign(run.worker!);
        }
        return [];
      }
      case 'done':
        return this.#finish(event);
      case 'failed':
        return this.#fail(event);
      case 'released': {
        const run = this.#inClaim(event);
        if (run !== null) this.#wait(run);
        return [];
      }
      case 'beat':
        return this.#clock.beat(event.worker, event.beat).flatMap((worker) => this.#bury(worker));
      case 'stopped':
        this.#stopped ??= event.reason;
        return [];
    }
  }

  /** All of the state as plain JSON. */
  stateDict(): JournalSnapshot {
    return {
      runs: [...this.#runs.values()].map(copyRun),
      trials: this.#trials.map((trial) => ({ ...trial, values: copyValues(trial.values) })),
      clock: this.#clock.stateDict(),
      stopped: this.#stopped,
    };
  }

  /** Goes on from a {@link stateDict}. Returns the state. */
  loadStateDict(state: JournalSnapshot): this {
    const { runs, trials, clock, stopped } = state;
    this.#runs.clear();
    this.#order.clear();
    this.#claims.clear();
    this.#queue = new RunQueue();
    this.#plannedSteps = 0;
    this.#trials.length = 0;
    for (const trial of trials) this.#trials.push({ ...trial, values: copyValues(trial.values) });
    this.#clock.loadStateDict(clock);
    this.#stopped = stopped;
    for (const saved of runs) {
      const run = copyRun(saved);
      this.#runs.set(run.run, run);
      this.#order.set(run.run, this.#order.size);
      this.#plannedSteps += run.goal;
      if (run.status === 'waiting') this.#enqueue(run);
      if (run.worker !== null) this.#claimsOf(run.worker).add(run.run);
    }
    return this;
  }

  #propose({ trial, config, steps, runs }: ProposedEvent): TrialValue[] {
    if (trial !== this.#trials.length) return [];
    this.#trials.push({ config, runs: runs.map(({ run }) => run), steps, values: [] });
    for (const { run, seed } of runs) {
      const known = this.#runs.get(run);
      if (known !== undefined) {
        // The search made a config again: its run is trained once.
        if (!known.trials.includes(trial)) known.trials.push(trial);
        this.#raise(known, steps);
        continue;
      }
      const state: RunState = {
        run,
        trials: [trial],
        seed,
        config,
        status: 'waiting',
        goal: steps,
        steps: 0,
        attempt: 0,
        worker: null,
        failures: 0,
        deaths: 0,
        reason: null,
        report: null,
        values: [],
      };
      this.#runs.set(run, state);
      this.#order.set(run, this.#order.size);
      this.#plannedSteps += steps;
      this.#enqueue(state);
    }
    return this.#complete(trial);
  }

  #promote(trial: number, steps: number): TrialValue[] {
    const state = this.#trials[trial];
    if (state === undefined || steps <= state.steps) return [];
    state.steps = steps;
    for (const run of state.runs) this.#raise(this.#runs.get(run)!, steps);
    return this.#complete(trial);
  }

  #raise(run: RunState, steps: number): void {
    if (steps <= run.goal) return;
    this.#plannedSteps += steps - run.goal;
    run.goal = steps;
    if (run.status !== 'done') return;
    run.status = 'waiting';
    this.#enqueue(run);
  }

  #claim({ run, attempt, worker }: ClaimedEvent): void {
    const state = this.#runs.get(run);
    if (state?.status !== 'waiting' || attempt !== state.attempt + 1) return;
    state.status = 'claimed';
    state.attempt = attempt;
    state.worker = worker;
    this.#claimsOf(worker).add(run);
    this.#clock.sign(worker);
  }

  #finish(event: DoneEvent): TrialValue[] {
    const run = this.#inClaim(event);
    if (run === null || event.steps <= run.steps) return [];
    run.steps = event.steps;
    run.values.push([event.steps, event.value]);
    if (run.steps < run.goal) this.#wait(run);
    else {
      this.#leave(run);
      run.status = 'done';
    }
    return run.trials.flatMap((trial) => this.#complete(trial));
  }

  #fail(event: FailedEvent): TrialValue[] {
    const run = this.#inClaim(event);
    if (run === null) return [];
    run.failures++;
    run.reason = event.reason;
    if (run.failures <= this.#retries) {
      this.#wait(run);
      return [];
    }
    return this.#giveUp(run);
  }

  /** Gives the runs of a worker that counts as dead to others. */
  #bury(worker: string): TrialValue[] {
    return [...(this.#claims.get(worker) ?? [])].flatMap((run) => {
      const state = this.#runs.get(run)!;
      state.deaths++;
      if (state.deaths < this.#maxDeaths) {
        this.#wait(state);
        return [];
      }
      state.reason ??= `${state.deaths} workers died while they had it`;
      return this.#giveUp(state);
    });
  }

  #giveUp(run: RunState): TrialValue[] {
    this.#leave(run);
    run.status = 'failed';
    return run.trials.flatMap((trial) => this.#complete(trial));
  }

  /** The run of an event of a claim that is the running one, else null. */
  #inClaim({ run, attempt }: { run: string; attempt: number }): RunState | null {
    const state = this.#runs.get(run);
    return state?.status === 'claimed' && state.attempt === attempt ? state : null;
  }

  #wait(run: RunState): void {
    this.#leave(run);
    run.status = 'waiting';
    this.#enqueue(run);
  }

  #leave(run: RunState): void {
    if (run.worker === null) return;
    const runs = this.#claims.get(run.worker);
    runs?.delete(run.run);
    if (runs?.size === 0) this.#claims.delete(run.worker);
    run.worker = null;
  }

  #enqueue(run: RunState): void {
    this.#queue.push(run.run, run.goal, this.#order.get(run.run)!);
  }

  #claimsOf(worker: string): Set<string> {
    const runs = this.#claims.get(worker) ?? new Set();
    this.#claims.set(worker, runs);
    return runs;
  }

  /** The value of a trial after its steps, once all of its runs have one or one of them failed. */
  #complete(trial: number): TrialValue[] {
    const { runs, steps, values } = this.#trials[trial]!;
    if (values.at(-1)?.[0] === steps) return [];
    const found = runs.map((run) => {
      const state = this.#runs.get(run)!;
      if (state.status === 'failed') return null;
      return state.values.find(([each]) => each >= steps)?.[1];
    });
    const failed = found.includes(null);
    if (!failed && found.includes(undefined)) return [];
    const numbers = found.filter((value) => typeof value === 'number');
    const value = failed ? null : numbers.reduce((sum, each) => sum + each, 0) / numbers.length;
    values.push([steps, value]);
    return [{ trial, steps, value }];
  }
}

/** A copy that shares nothing that changes. */
function copyRun(run: RunState): RunState {
  return {
    ...run,
    trials: [...run.trials],
    report: run.report === null ? null : { ...run.report },
    values: copyValues(run.values),
  };
}

function copyValues(values: RunState['values']): RunState['values'] {
  return values.map(([steps, value]) => [steps, value]);
}

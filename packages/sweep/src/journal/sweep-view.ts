import { createSearcher } from '../definition/create-searcher.js';
import type { Sweep } from '../definition/sweep.js';
import type { Searcher, Suggestion } from '../searchers/searcher.js';
import type { Config } from '../space/space.js';
import type { ClaimedEvent, SweepEvent } from './event.js';
import { type JournalSnapshot, JournalState, type JournalStateOptions } from './journal-state.js';
import type { RunState } from './run-state.js';

/**
 * The identity of a run: the same for the same settings, seed and version of the code, and for no
 * others.
 */
export type Identify = (config: Config, seed: number) => string;

/** The next thing for a worker: events to append, `'wait'` for what others do, or `'finished'`. */
export type Next = readonly SweepEvent[] | 'wait' | 'finished';

/**
 * A sweep as one reader of its journal sees it: the state of the runs, and the search, which learns
 * of suggestions and values from the journal alone. So all readers of one journal have the same
 * search, and any of them can go on with it.
 */
export class SweepView {
  /** The sweep. */
  readonly sweep: Sweep;
  /** The state that the journal describes. */
  readonly state: JournalState;
  readonly #searcher: Searcher;
  readonly #identify: Identify;

  /** @param identify the identity of a run by all of its settings, those of `base` too */
  constructor(sweep: Sweep, identify: Identify, options: Omit<JournalStateOptions, 'retries'> = {}) {
    this.sweep = sweep;
    this.state = new JournalState({ ...options, retries: sweep.retries });
    this.#searcher = createSearcher(sweep);
    this.#identify = identify;
  }

  /** Applies an event of the journal. */
  apply(event: SweepEvent): void {
    const { trials } = this.state;
    const before = event.type === 'promoted' ? trials[event.trial]?.steps : trials.length;
    const completed = this.state.apply(event);
    if (event.type === 'proposed' && trials.length !== before) this.#searcher.record(event);
    if (event.type === 'promoted') {
      const trial = trials[event.trial];
      if (trial !== undefined && trial.steps !== before)
        this.#searcher.record({ ...event, config: trial.config });
    }
    for (const { trial, steps, value } of completed) this.#searcher.tell(trial, value, steps);
  }

  /**
   * The next thing for a worker that has no run. The events hold for the journal as it was read:
   * they count only if nothing was appended in between.
   */
  next(worker: string): Next {
    const { state } = this;
    const settled = state.claimed === 0 ? 'finished' : 'wait';
    const waiting = state.nextWaiting();
    if (waiting !== null) return [claimOf(waiting, worker)];
    if (state.stopped !== null) return settled;
    const suggestion = this.#searcher.suggest();
    if (suggestion === null) return this.#searcher.isExhausted ? settled : 'wait';
    return suggestion.trial < state.trials.length
      ? this.#promotion(suggestion, worker)
      : this.#proposal(suggestion, worker);
  }

  /** The state of the journal as plain JSON. */
  stateDict(): JournalSnapshot {
    return this.state.stateDict();
  }

  /** Goes on from a {@link stateDict}. Returns the view. */
  loadStateDict(state: JournalSnapshot): this {
    this.state.loadStateDict(state);
    const trials = state.trials.map(({ config, steps, values }) => ({ config, steps, values }));
    this.#searcher.loadStateDict({ seed: this.#searcher.stateDict().seed, trials });
    return this;
  }

  #proposal({ trial, config, steps }: Suggestion, worker: string): SweepEvent[] {
    const settings = { ...this.sweep.base, ...config };
    const runs = this.sweep.seeds.map((seed) => ({ run: this.#identify(settings, seed), seed }));
    const unknown = new Set(runs.map(({ run }) => run).filter((run) => !this.state.runs.has(run)));
    const limit = this.#exceeded(unknown.size, unknown.size * steps);
    if (limit !== null) return [limit];
    const [first] = unknown;
    return [
      { type: 'proposed', trial, config, steps, runs },
      ...(first === undefined ? [] : [{ type: 'claimed' as const, run: first, attempt: 1, worker }]),
    ];
  }

  #promotion({ trial, steps }: Suggestion, worker: string): SweepEvent[] {
    const runs = this.state.trials[trial]!.runs.map((run) => this.state.runs.get(run)!);
    const limit = this.#exceeded(
      0,
      runs.reduce((sum, run) => sum + Math.max(0, steps - run.goal), 0),
    );
    if (limit !== null) return [limit];
    const first = runs.find((run) => run.status === 'done' && run.goal < steps);
    return [{ type: 'promoted', trial, steps }, ...(first === undefined ? [] : [claimOf(first, worker)])];
  }

  #exceeded(runs: number, steps: number): SweepEvent | null {
    const { maxRuns = Infinity, maxSteps = Infinity } = this.sweep.limits;
    const { state } = this;
    if (state.runs.size + runs > maxRuns) return { type: 'stopped', reason: `maxRuns is ${maxRuns}` };
    if (state.plannedSteps + steps > maxSteps) return { type: 'stopped', reason: `maxSteps is ${maxSteps}` };
    return null;
  }
}

function claimOf({ run, attempt }: Readonly<RunState>, worker: string): ClaimedEvent {
  return { type: 'claimed', run, attempt: attempt + 1, worker };
}

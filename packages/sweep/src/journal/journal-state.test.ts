import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SweepEvent } from './event.js';
import { JournalState } from './journal-state.js';

const runs = (...names: string[]) => names.map((run, seed) => ({ run, seed }));
const proposed = (trial: number, ...names: string[]): SweepEvent => ({
  type: 'proposed',
  trial,
  config: { x: trial },
  steps: 3,
  runs: runs(...names),
});
const claimed = (run: string, attempt = 1, worker = 'w'): SweepEvent => ({
  type: 'claimed',
  run,
  attempt,
  worker,
});
const done = (run: string, value: number | null, steps = 3, attempt = 1): SweepEvent => ({
  type: 'done',
  run,
  attempt,
  steps,
  value,
});
const beats = (state: JournalState, worker: string, from: number, to: number) => {
  for (let beat = from; beat <= to; beat++) state.apply({ type: 'beat', worker, beat });
};

function after(...events: SweepEvent[]): JournalState {
  const state = new JournalState();
  for (const event of events) state.apply(event);
  return state;
}

describe('JournalState', () => {
  it('gives a run to one worker', () => {
    const state = after(
      proposed(0, 'a', 'b'),
      claimed('a', 1, 'first'),
      claimed('a', 1, 'second'),
      claimed('a', 2, 'third'),
    );
    expect(state.runs.get('a')).toMatchObject({ status: 'claimed', worker: 'first', attempt: 1 });
    expect([state.claimOf('first')?.run, state.claimOf('second'), state.claimOf('third')]).toEqual([
      'a',
      null,
      null,
    ]);
    expect(state.nextWaiting()?.run).toBe('b');
    expect(state.claimed).toBe(1);
  });

  it('has the value of a trial once all of its runs have one', () => {
    const state = after(proposed(0, 'a', 'b'), claimed('a'), claimed('b'));
    expect(state.apply(done('a', 1))).toEqual([]);
    expect(state.apply(done('b', 2))).toEqual([{ trial: 0, steps: 3, value: 1.5 }]);
    expect(state.apply(done('b', 7))).toEqual([]);
    expect(state.trials[0]?.values).toEqual([[3, 1.5]]);
  });

  it('has null for a trial with a run that diverged, or failed too often', () => {
    const state = after(proposed(0, 'a'), claimed('a'));
    expect(state.apply(done('a', null))).toEqual([{ trial: 0, steps: 3, value: null }]);
    const failing = after(proposed(0, 'a'));
    const outcomes = [1, 2, 3].map((attempt) => {
      failing.apply(claimed('a', attempt));
      return failing.apply({ type: 'failed', run: 'a', attempt, reason: `no memory ${attempt}` });
    });
    expect(outcomes).toEqual([[], [], [{ trial: 0, steps: 3, value: null }]]);
    expect(failing.runs.get('a')).toMatchObject({
      status: 'failed',
      failures: 3,
      reason: 'no memory 3',
      worker: null,
    });
    expect(failing.nextWaiting()).toBeNull();
  });

  it('lets a trial go on where it stopped, before new ones', () => {
    const state = after(proposed(0, 'a'), claimed('a'), done('a', 1), proposed(1, 'b'), {
      type: 'promoted',
      trial: 0,
      steps: 9,
    });
    expect(state.nextWaiting()).toMatchObject({ run: 'a', goal: 9, steps: 3 });
    expect(state.plannedSteps).toBe(12);
    state.apply(claimed('a', 2));
    expect(state.apply(done('a', 0.5, 9, 2))).toEqual([{ trial: 0, steps: 9, value: 0.5 }]);
    expect(state.runs.get('a')?.values).toEqual([
      [3, 1],
      [9, 0.5],
    ]);
  });

  it('trains a config once that the search makes twice', () => {
    const state = after(proposed(0, 'a'), claimed('a'), done('a', 1));
    expect(state.apply(proposed(1, 'a'))).toEqual([{ trial: 1, steps: 3, value: 1 }]);
    expect(state.runs.size).toBe(1);
    expect(state.nextWaiting()).toBeNull();
  });

  it('gives the run of a silent worker to another, and hears it no more', () => {
    const state = after(proposed(0, 'a'), claimed('a', 1, 'silent'));
    beats(state, 'other', 1, 4);
    expect(state.runs.get('a')?.status).toBe('claimed');
    beats(state, 'other', 5, 5);
    expect(state.runs.get('a')).toMatchObject({ status: 'waiting', worker: null, deaths: 1 });
    state.apply(done('a', 5));
    expect(state.runs.get('a')?.values).toEqual([]);
    state.apply(claimed('a', 2, 'other'));
    state.apply(done('a', 5));
    state.apply({ type: 'failed', run: 'a', attempt: 1, reason: 'late' });
    state.apply({ type: 'released', run: 'a', attempt: 1 });
    expect(state.runs.get('a')).toMatchObject({
      status: 'claimed',
      worker: 'other',
      failures: 0,
      values: [],
    });
  });

  it('keeps the run of a worker that beats or reports', () => {
    const state = after(proposed(0, 'a', 'b'), claimed('a', 1, 'beats'), claimed('b', 1, 'reports'));
    for (let beat = 1; beat < 30; beat++) {
      beats(state, 'other', beat, beat);
      beats(state, 'beats', beat, beat);
      state.apply({ type: 'reported', run: 'b', attempt: 1, step: beat, value: 1 });
    }
    expect(state.claimed).toBe(2);
    expect(state.runs.get('b')?.report).toEqual({ step: 29, value: 1 });
  });

  it('counts a run as failed that its workers die of', () => {
    const state = new JournalState({ maxDeaths: 2 });
    state.apply(proposed(0, 'a'));
    for (let attempt = 1; attempt <= 2; attempt++) {
      state.apply(claimed('a', attempt, `w${attempt}`));
      beats(state, 'other', 10 * attempt, 10 * attempt + 6);
    }
    expect(state.runs.get('a')).toMatchObject({
      status: 'failed',
      reason: '2 workers died while they had it',
    });
    expect(state.trials[0]?.values).toEqual([[3, null]]);
  });

  it('ends what was begun before it was stopped, and keeps the first reason', () => {
    const stopped: SweepEvent = { type: 'stopped', reason: 'maxRuns is 2' };
    const state = after(proposed(0, 'a', 'b'), claimed('a'), stopped, { ...stopped, reason: 'later' });
    state.apply({ type: 'released', run: 'a', attempt: 1 });
    state.apply(claimed('a', 2));
    state.apply(done('a', 1, 3, 2));
    expect(state.stopped).toBe('maxRuns is 2');
    expect([...state.runs.values()].map(({ status }) => status)).toEqual(['done', 'waiting']);
    expect(state.nextWaiting()?.run).toBe('b');
  });

  it.each([
    [{ lease: 1 }, 'JournalState: lease is 1; expected a whole number of at least 2.'],
    [{ retries: -1 }, 'JournalState: retries is -1;'],
    [{ maxDeaths: 0 }, 'JournalState: maxDeaths is 0;'],
  ])('refuses %j', (options, message) => {
    expect(() => new JournalState(options)).toThrow(message);
  });
});

describe('the laws of events', () => {
  const run = fc.constantFrom('a', 'b', 'c', 'd');
  const attempt = fc.integer({ min: 1, max: 4 });
  const worker = fc.constantFrom('v', 'w', 'x');
  const value = fc.option(fc.integer({ min: 0, max: 9 }));
  const steps = fc.constantFrom(1, 3, 9);
  const event: fc.Arbitrary<SweepEvent> = fc.oneof(
    fc.record({
      type: fc.constant('proposed' as const),
      trial: fc.integer({ min: 0, max: 3 }),
      config: fc.constant({ x: 1 }),
      steps,
      runs: fc.uniqueArray(run, { minLength: 1, maxLength: 2 }).map((names) => runs(...names)),
    }),
    fc.record({ type: fc.constant('promoted' as const), trial: fc.integer({ min: 0, max: 3 }), steps }),
    fc.record({ type: fc.constant('claimed' as const), run, attempt, worker }),
    fc.record({ type: fc.constant('claimed' as const), run, attempt, worker }),
    fc.record({ type: fc.constant('done' as const), run, attempt, steps, value }),
    fc.record({ type: fc.constant('failed' as const), run, attempt, reason: fc.constant('why') }),
    fc.record({ type: fc.constant('released' as const), run, attempt }),
    fc.record({ type: fc.constant('reported' as const), run, attempt, step: steps, value }),
    fc.record({ type: fc.constant('beat' as const), worker, beat: fc.integer({ min: 1, max: 20 }) }),
  );
  const events = fc.array(event, { maxLength: 150 });

  it('an event that is delivered twice counts once, and one that is delivered later changes no result', () => {
    fc.assert(
      fc.property(events, (list) => {
        const state = new JournalState();
        list.forEach((each, i) => {
          state.apply(each);
          const before = state.stateDict();
          expect(state.apply(each)).toEqual([]);
          expect(state.stateDict()).toEqual(before);
          const results = JSON.stringify(before.runs.map(({ values }) => values));
          const early = list[Math.floor(i / 2)]!;
          // A claim or a proposal that was ignored may count later; what was done may not be done
          // again.
          if (early.type === 'proposed' || early.type === 'claimed' || early.type === 'beat') return;
          if (
            early.type === 'done' &&
            before.runs.some(({ run: name, status }) => name === early.run && status === 'claimed')
          )
            return;
          state.apply(early);
          expect(JSON.stringify(state.stateDict().runs.map(({ values }) => values))).toBe(results);
        });
      }),
      { numRuns: 200 },
    );
  });

  it('a state that was saved goes on as the one that was not', () => {
    fc.assert(
      fc.property(events, events, (first, second) => {
        const state = after(...first);
        const loaded = new JournalState().loadStateDict(JSON.parse(JSON.stringify(state.stateDict())));
        expect(loaded.plannedSteps).toBe(state.plannedSteps);
        for (const each of second) {
          expect(loaded.apply(each)).toEqual(state.apply(each));
          expect(loaded.claimed).toBe(state.claimed);
          expect(loaded.nextWaiting()?.goal).toBe(state.nextWaiting()?.goal);
        }
        expect(loaded.stateDict()).toEqual(state.stateDict());
      }),
      { numRuns: 200 },
    );
  });
});

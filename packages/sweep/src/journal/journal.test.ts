import { describe, expect, it } from 'vitest';
import { MemoryStore } from '../../fixtures/memory-store.js';
import { defineSweep } from '../definition/define-sweep.js';
import type { SweepLimits } from '../definition/sweep.js';
import { uniform } from '../space/builders.js';
import { jsonKey } from '../space/json.js';
import type { SweepEvent } from './event.js';
import { eventsOf, Journal } from './journal.js';
import { SweepView } from './sweep-view.js';

const sweep = defineSweep({
  name: 'test',
  target: 'none.js',
  space: { x: uniform(0, 1) },
  search: { type: 'tpe', trials: 60 },
  halving: { type: 'asha', minSteps: 1 },
  steps: 9,
  seeds: [0, 1],
});
const makeView = () => new SweepView(sweep, (config, seed) => `${jsonKey(config)} ${seed}`);
const open = (store: MemoryStore, compactEvery = 4) => new Journal(store, makeView, { compactEvery });

/** Takes a turn as a worker: claims a run and ends it. Returns false once the sweep is finished. */
function turn(journal: Journal, worker: string): boolean {
  journal.append((view) => {
    const next = view.next(worker);
    return typeof next === 'string' ? null : next;
  });
  const claim = journal.view.state.claimOf(worker);
  if (claim === null) return journal.view.next(worker) !== 'finished';
  const { run, attempt, goal: steps, config, seed } = claim;
  journal.append((): SweepEvent[] => [
    { type: 'done', run, attempt, steps, value: Number(config['x']) + seed },
  ]);
  return true;
}

describe('Journal', () => {
  it('is one for all writers, through compactions, also for those that join late', () => {
    const store = new MemoryStore();
    const writers = [open(store), open(store), open(store)];
    let turns = 0;
    while (turn(writers[turns % 3]!, `w${turns % 3}`)) turns++;
    expect(store.snapshots.size).toBeGreaterThan(1);
    const late = open(store);
    for (const journal of [...writers, late]) journal.sync();
    const states = [...writers, late].map((journal) => journal.view.stateDict());
    for (const state of states) expect(state).toEqual(states[0]);
    expect(states[0]?.trials.length).toBe(60);
    expect([...writers, late].map((journal) => journal.view.next('w'))).toEqual(Array(4).fill('finished'));
  });

  it('gives the same trials to one writer as to several', () => {
    const [alone, shared] = [new MemoryStore(), new MemoryStore()];
    const [one, two, three] = [open(alone, 1000), open(shared, 3), open(shared, 3)];
    for (let i = 0; i < 150; i++) {
      turn(one, 'w');
      turn(i % 3 === 0 ? two : three, 'w');
    }
    two.sync();
    expect(two.view.stateDict()).toEqual(one.view.stateDict());
  });

  it('decides again where another writer was faster', () => {
    const store = new MemoryStore();
    const [first, second] = [open(store), open(store)];
    store.beforeCreate = () => turn(second, 'second');
    const events = first.append((view) => {
      const next = view.next('first');
      return typeof next === 'string' ? null : next;
    });
    // The second had the first run of trial 0; its second run is the next.
    expect(events?.[0]).toMatchObject({ type: 'claimed', worker: 'first' });
    expect(first.number).toBe(3);
  });

  it('takes back what a sleeper wrote into the gap that a compaction left', () => {
    const store = new MemoryStore();
    const [awake, sleeper] = [open(store), open(store)];
    sleeper.sync();
    store.beforeCreate = () => {
      for (let i = 0; i < 20; i++) turn(awake, 'awake');
    };
    const events = sleeper.append((view) => {
      const next = view.next('sleeper');
      return typeof next === 'string' ? null : next;
    });
    expect(store.texts.has(1)).toBe(false);
    expect(sleeper.number).toBe(awake.number + 1);
    awake.sync();
    expect(awake.view.stateDict()).toEqual(sleeper.view.stateDict());
    expect(events?.at(-1)).toMatchObject({ type: 'claimed', worker: 'sleeper' });
  });

  it('reads no text of a sleeper in the gap that a compaction left', () => {
    const store = new MemoryStore();
    const [awake, reader] = [open(store), open(store)];
    reader.sync();
    for (let i = 0; i < 20; i++) turn(awake, 'awake');
    store.texts.set(1, `${JSON.stringify({ type: 'stopped', reason: 'asleep' })}\n`);
    reader.sync();
    expect(reader.view.state.stopped).toBeNull();
    expect(reader.view.stateDict()).toEqual(awake.view.stateDict());
  });

  it('cuts a torn line, and goes on behind it', () => {
    const store = new MemoryStore();
    store.texts.set(1, '{"type":"beat","worker":"w","beat":1}\n{"type":"stopp');
    store.texts.set(2, '');
    const journal = open(store);
    turn(journal, 'w');
    expect(journal.number).toBe(4);
    expect(journal.view.state.stopped).toBeNull();
    expect(journal.view.state.workers).toEqual(['w']);
  });

  it.each([
    [
      '{"type":"stop\n',
      'The journal\'s text 4 has no event in line 1: {"type":"stop. Restore the file, or remove',
    ],
    ['\n', "The journal's text 4 has no event in line 1: . Restore"],
    [
      '{"type":"beat","worker":"w","beat":1}\n{"type":"beat","worker":3,"beat":1}\n',
      "The journal's text 4 has no event in line 2:",
    ],
    ['{"type":"other"}\n', 'no event in line 1'],
  ])('names a broken line: %j', (text, message) => {
    expect(() => eventsOf(text, 4)).toThrow(message);
  });

  it('takes events with fields of later versions', () => {
    expect(eventsOf('{"type":"stopped","reason":"r","at":3}\n', 1)).toEqual([
      { type: 'stopped', reason: 'r', at: 3 },
    ]);
  });

  it.each([
    ['{', "The journal's snapshot 3 is no JSON: "],
    [
      '{"format":2,"state":{}}',
      "The journal's snapshot 3 has another form than this version's, 1. Use the version that wrote it.",
    ],
  ])('names a broken snapshot: %s', (text, message) => {
    const store = new MemoryStore();
    store.snapshots.set(3, text);
    expect(() => open(store).sync()).toThrow(message);
  });

  it('refuses to compact after each text', () => {
    expect(() => open(new MemoryStore(), 1)).toThrow(
      'Journal: compactEvery is 1; expected a whole number of at least 2.',
    );
  });
});

describe('the limits of a sweep', () => {
  it.each<[limits: SweepLimits, reason: string]>([
    [{ maxRuns: 7 }, 'maxRuns is 7'],
    [{ maxSteps: 20 }, 'maxSteps is 20'],
  ])('%j are kept', (limits, reason) => {
    const view = () => new SweepView({ ...sweep, limits }, (config, seed) => `${jsonKey(config)} ${seed}`);
    const journal = new Journal(new MemoryStore(), view);
    while (turn(journal, 'w'));
    const { state } = journal.view;
    expect(state.stopped).toBe(reason);
    expect(state.runs.size).toBeLessThanOrEqual(limits.maxRuns ?? Infinity);
    expect(state.plannedSteps).toBeLessThanOrEqual(limits.maxSteps ?? Infinity);
    expect(state.runs.size).toBeGreaterThan(4);
    expect([...state.runs.values()].every(({ status }) => status === 'done')).toBe(true);
  });
});

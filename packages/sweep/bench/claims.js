/**
 * The cost of a claim by the length of the journal: `pnpm bench`, or
 * `node bench/claims.js EVENTS [memory]`.
 *
 * One worker proposes, claims and ends runs, in a journal of files as sweeps have it, and gives
 * heartbeats in between. A claim is timed from its decision to its text on the disk. The median is
 * of what a claim costs by itself; the mean has the compactions in it.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defineSweep, Journal, SweepView, uniform } from '@trainkit/sweep';
import { FolderStore, runIdentity } from '@trainkit/sweep/node';

const most = Number(process.argv[2] ?? 1_000_000);
const sweep = defineSweep({
  name: 'claims',
  target: 'none.js',
  space: { x: uniform(0, 1) },
  search: { type: 'random', trials: 10_000_000 },
});
const makeView = () => new SweepView(sweep, (config, seed) => runIdentity(config, seed, ''));
const folder = mkdtempSync(join(tmpdir(), 'sweep-bench-'));
// Without waiting for the disk, which would hide all else.
const open = () => new FolderStore(folder, false);
const store = process.argv[3] === 'memory' ? inMemory() : open();
const journal = new Journal(store, makeView);

/** @param {number[]} values */
const median = (values) => values.sort((a, b) => a - b)[values.length >> 1] ?? 0;
/** @param {number[]} values */
const mean = (values) => values.reduce((a, b) => a + b, 0) / values.length;

try {
  console.log('    events     runs  claim, median  claim, mean  a new reader');
  let events = 0;
  let beat = 0;
  let next = 1000;
  /** @type {number[]} */
  let times = [];
  while (events < most) {
    const start = performance.now();
    const claimed = journal.append((view) => {
      const decided = view.next('w');
      return typeof decided === 'string' ? null : decided;
    });
    times.push(performance.now() - start);
    const claim = journal.view.state.claimOf('w');
    if (claim === null || claimed === null) throw new Error('There is no run to claim.');
    const { run, attempt, goal } = claim;
    journal.append(() => [{ type: 'done', run, attempt, steps: goal, value: 1 }]);
    journal.append(() => [{ type: 'beat', worker: 'w', beat: ++beat }]);
    events += claimed.length + 2;
    if (events < next) continue;
    const opened = performance.now();
    new Journal(process.argv[3] === 'memory' ? store : open(), makeView).sync();
    const reading = performance.now() - opened;
    const { size } = journal.view.state.runs;
    const half = times.slice(times.length >> 1);
    console.log(
      `${String(events).padStart(10)} ${String(size).padStart(8)} ${(1000 * median(half)).toFixed(0).padStart(11)} µs` +
        ` ${(1000 * mean(times)).toFixed(0).padStart(9)} µs ${reading.toFixed(0).padStart(10)} ms`,
    );
    times = [];
    next *= 10;
  }
} finally {
  rmSync(folder, { recursive: true });
}

/** A journal without files: what the package itself costs. */
function inMemory() {
  /** @type {Map<number, string>} */
  const texts = new Map();
  let snapshot = { number: 0, text: '' };
  return {
    /** @param {number} number */
    read: (number) => texts.get(number) ?? null,
    /** @param {number} number @param {string} text */
    create: (number, text) => texts.size < texts.set(number, text).size,
    /** @param {number} number */
    withdraw: (number) => void texts.delete(number),
    newestSnapshot: () => snapshot.number,
    readSnapshot: () => snapshot.text,
    /** @param {number} number @param {string} text */
    compact: (number, text) => {
      for (let each = snapshot.number + 1; each <= number; each++) texts.delete(each);
      snapshot = { number, text };
    },
  };
}

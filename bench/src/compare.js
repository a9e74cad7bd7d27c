import { growthOf } from './resident.js';
import { middle, ratioOf } from './statistics.js';

/**
 * The result of a row.
 *
 * @typedef {object} Outcome
 * @property {string} name
 * @property {number | null} goal
 * @property {import('./statistics.js').Range} ratio our time by theirs, over the pairs of processes
 * @property {Side} ours
 * @property {Side} theirs
 *
 * @typedef {object} Side
 * @property {string} name
 * @property {import('./statistics.js').Range} times milliseconds of its steps, in all its processes
 * @property {import('./resident.js').Growth | null} memory of the process that grew the most
 */

/**
 * @typedef {(program: import('./rows.js').Program) =>
 *   Promise<import('./contender.js').Contender>} Start
 */

/** Uncounted rounds of a pair of processes: caches, graphs and the JavaScript compiler warm up. */
const WARMUP = 2;
/** Counted rounds of a pair of processes; after them both processes are replaced. */
export const ROUNDS_OF_A_PAIR = 3;

/**
 * Lets the two sides of a row take turns in blocks. Each side is first in every other round, and
 * both get new processes after a few rounds.
 *
 * @param {import('./rows.js').Row} row
 * @param {{ rounds: number, start: Start, onRound: (pair: number, round: number) => void }} options
 * @returns {Promise<Outcome>}
 */
export async function compare(row, { rounds, ...options }) {
  const { name, goal = null, pairs: most } = row;
  const plan = most === undefined ? split(rounds) : Array.from({ length: Math.min(most, rounds) }, () => 1);
  const warmup = most === undefined ? WARMUP : 0;
  const pairs = [];
  for (const [pair, count] of plan.entries()) {
    pairs.push(await measurePair(row, { ...options, pair, warmup, rounds: count }));
  }
  return {
    name,
    goal,
    ratio: ratioOf(pairs.map(({ ours, theirs }) => ({ ours: ours.times, theirs: theirs.times }))),
    ours: summary(pairs.map(({ ours }) => ours)),
    theirs: summary(pairs.map(({ theirs }) => theirs)),
  };
}

/**
 * The rounds of each pair of processes.
 *
 * @param {number} rounds
 */
function split(rounds) {
  const pairs = Array.from({ length: Math.floor(rounds / ROUNDS_OF_A_PAIR) }, () => ROUNDS_OF_A_PAIR);
  const rest = rounds % ROUNDS_OF_A_PAIR;
  return rest === 0 ? pairs : [...pairs, rest];
}

/**
 * The measurements of one process: the times and the memory of each counted block.
 *
 * @typedef {{ name: string, times: number[][], resident: (number | null)[] }} Run
 */

/**
 * @param {import('./rows.js').Row} row
 * @param {{ pair: number, warmup: number, rounds: number, start: Start,
 *   onRound: (pair: number, round: number) => void }} options
 * @returns {Promise<{ ours: Run, theirs: Run }>}
 */
async function measurePair({ steps, ...row }, { pair, warmup, rounds, start, onRound }) {
  const ours = await start(row.ours);
  try {
    const theirs = await start(row.theirs);
    try {
      const sides = { ours: newRun(ours), theirs: newRun(theirs) };
      for (let round = -warmup; round < rounds; round++) {
        onRound(pair, round);
        const order = [sides.ours, sides.theirs];
        if ((pair + round) % 2 !== 0) order.reverse();
        for (const { contender, run } of order) {
          const { times, resident } = await contender.time(steps);
          if (round < 0) continue;
          run.times.push(times);
          run.resident.push(resident);
        }
      }
      return { ours: sides.ours.run, theirs: sides.theirs.run };
    } finally {
      await theirs.stop();
    }
  } finally {
    await ours.stop();
  }
}

/**
 * @param {import('./contender.js').Contender} contender
 * @returns {{ contender: import('./contender.js').Contender, run: Run }}
 */
function newRun(contender) {
  return { contender, run: { name: contender.name, times: [], resident: [] } };
}

/**
 * @param {Run[]} runs at least one
 * @returns {Side}
 */
function summary(runs) {
  return {
    name: runs[0]?.name ?? '',
    times: middle(runs.flatMap(({ times }) => times.flat())),
    memory: growthOf(runs.map(({ resident }) => resident)),
  };
}

/**
 * Measures a row without another side. Each of its "steps" is a process of its own.
 *
 * @param {import('./rows.js').Alone} row
 * @param {{ start: Start, onRound: (round: number) => void }} options
 */
export async function measure({ name, ours, limit, rounds }, { start, onRound }) {
  const contender = await start(ours);
  try {
    const times = [];
    for (let round = -1; round < rounds; round++) {
      onRound(round);
      const block = await contender.time(1);
      if (round >= 0) times.push(...block.times);
    }
    return { name, limit, ours: { name: contender.name, times: middle(times) } };
  } finally {
    await contender.stop();
  }
}

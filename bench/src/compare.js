import { start } from './contender.js';
import { median, quantile, ratioOf } from './statistics.js';

/**
 * What a row came to.
 *
 * @typedef {object} Outcome
 * @property {string} name
 * @property {number} goal
 * @property {ReturnType<typeof ratioOf>} ratio our time by theirs
 * @property {Side} ours
 * @property {Side} theirs
 *
 * @typedef {object} Side
 * @property {string} name
 * @property {number} median milliseconds
 * @property {number} low the tenth of the steps below which the fastest lie
 * @property {number} high
 * @property {number} steps
 */

/** In all contenders alike, so that none has more than another. */
const THREADS = 2;

/** Rounds that are not counted: caches, graphs and the compiler of JavaScript warm up. */
const WARMUP = 2;

/**
 * Lets the two sides of a row take turns, in blocks, each first in every other round.
 *
 * @param {import('./rows.js').Row} row
 * @param {{ rounds: number, python: string | null, onRound: (round: number) => void }} options
 * @returns {Promise<Outcome>}
 */
export async function compare({ name, goal, steps, ...row }, { python, onRound, ...options }) {
  const warmup = row.rounds === undefined ? WARMUP : 0;
  const rounds = Math.min(options.rounds, row.rounds ?? options.rounds);
  const ours = await start(row.ours, { python, threads: THREADS });
  try {
    const theirs = await start(row.theirs, { python, threads: THREADS });
    try {
      /** @type {{ ours: number[][], theirs: number[][] }} */
      const blocks = { ours: [], theirs: [] };
      for (let round = -warmup; round < rounds; round++) {
        onRound(round);
        /** @type {['ours', 'theirs']} */
        const order = ['ours', 'theirs'];
        if (round % 2 !== 0) order.reverse();
        for (const side of order) {
          const { times } = await (side === 'ours' ? ours : theirs).time(steps);
          if (round >= 0) blocks[side].push(times);
        }
      }
      return {
        name,
        goal,
        ratio: ratioOf(blocks.ours, blocks.theirs),
        ours: summary(ours.name, blocks.ours),
        theirs: summary(theirs.name, blocks.theirs),
      };
    } finally {
      await theirs.stop();
    }
  } finally {
    await ours.stop();
  }
}

/**
 * A row without another side.
 *
 * @param {import('./rows.js').Alone} row
 * @param {{ onRound: (round: number) => void }} options
 */
export async function measure({ name, ours, limit, rounds }, { onRound }) {
  const contender = await start(ours, { python: null, threads: THREADS });
  try {
    const times = [];
    for (let round = -1; round < rounds; round++) {
      onRound(round);
      const { times: block } = await contender.time(1);
      if (round >= 0) times.push(block);
    }
    return { name, limit, ours: summary(contender.name, times) };
  } finally {
    await contender.stop();
  }
}

/**
 * @param {string} name
 * @param {number[][]} blocks
 * @returns {Side}
 */
function summary(name, blocks) {
  const all = blocks.flat();
  return { name, median: median(all), low: quantile(all, 0.1), high: quantile(all, 0.9), steps: all.length };
}

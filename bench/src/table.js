import { ROUNDS_OF_A_PAIR } from './compare.js';
import { memoryVerdict } from './memory.js';
import { isLeak } from './resident.js';
import { verdict } from './statistics.js';

/** @typedef {Awaited<ReturnType<typeof import('./compare.js').measure>>} AloneOutcome */

/** The explanation of the figures, printed wherever they are shown. */
export const LEGEND = `Times: median of the steps, with the range of the middle 80 % (10 to 90 %).
Ratio: ours / theirs, median over pairs of processes, with the smallest and the largest of these. A pair of new
processes takes turns for ${ROUNDS_OF_A_PAIR} rounds; a whole run for one.
open: the goal lies inside the range, or there was only one pair. A new run may give another verdict.`;

/** @param {import('./compare.js').Outcome} outcome */
export function line({ name, goal, ratio, ours, theirs }) {
  return [
    `${name}: ${sideText(ours)} against ${sideText(theirs)}; ratio ${ratioText(ratio)}; ${goalText(goal, ratio)}`,
    ...leaksOf([ours, theirs]),
  ].join('; ');
}

/** @param {AloneOutcome} outcome */
export function lineAlone({ name, limit, ours }) {
  return `${name}: ${rangeText(ours.times)} ms; ${limitText(limit, ours.times)}`;
}

/** @param {import('./memory.js').MemoryOutcome} outcome */
export function lineOfMemory(outcome) {
  return `${outcome.name}: ${leftText(outcome)}; ${memoryGoalText(outcome)}`;
}

/**
 * All rows as one table of Markdown.
 *
 * @param {{ outcomes: readonly import('./compare.js').Outcome[],
 *   measured: readonly AloneOutcome[],
 *   memories: readonly import('./memory.js').MemoryOutcome[] }} figures
 */
export function markdown({ outcomes, measured, memories }) {
  const rows = [
    [
      '',
      'ours: ms (10 to 90 % of the steps)',
      'theirs',
      'ratio (smallest to largest pair of processes)',
      'goal',
    ],
    ['---', '---', '---', '---', '---'],
    ...outcomes.map(({ name, goal, ratio, ours, theirs }) => [
      [name, ...leaksOf([ours, theirs])].join('; '),
      sideText(ours),
      sideText(theirs),
      ratioText(ratio),
      goalText(goal, ratio),
    ]),
    ...measured.map(({ name, limit, ours }) => [
      name,
      `${rangeText(ours.times)} ms`,
      '',
      '',
      limitText(limit, ours.times),
    ]),
    ...memories.map((outcome) => [outcome.name, leftText(outcome), '', '', memoryGoalText(outcome)]),
  ];
  return rows.map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

/**
 * Lists the sides whose memory leaks. The times of such a side are unreliable.
 *
 * @param {readonly import('./compare.js').Side[]} sides
 */
export function leaksOf(sides) {
  return sides.flatMap(({ name, memory }) =>
    memory !== null && isLeak(memory)
      ? [`memory of ${name} grew from ${megabytes(memory.before)} to ${megabytes(memory.after)} MB`]
      : [],
  );
}

/**
 * @param {number | null} goal
 * @param {import('./statistics.js').Range} ratio
 */
function goalText(goal, ratio) {
  return goal === null ? 'no goal' : `goal at most ${exact(goal)}: ${verdict(goal, ratio)}`;
}

/**
 * @param {number} limit
 * @param {import('./statistics.js').Range} times
 */
function limitText(limit, times) {
  return `goal at most ${exact(limit)} ms: ${verdict(limit, times)}`;
}

/** @param {import('./memory.js').MemoryOutcome} outcome */
function memoryGoalText(outcome) {
  const { tensors, nativeTensors, growth } = outcome.limits;
  return `goal at most ${tensors}, ${nativeTensors} and ${exact(100 * growth)} % more: ${memoryVerdict(outcome)}`;
}

/** @param {import('./memory.js').MemoryOutcome} outcome */
function leftText({ steps, task, tensors, nativeTensors, resident }) {
  const parts = [
    ...(task.layerNorm ? ['LayerNorm'] : []),
    ...((task.dropout ?? 0) > 0 ? [`dropout ${task.dropout}`] : []),
  ];
  const what = parts.length === 0 ? '' : ` with ${parts.join(' and ')}`;
  const native = nativeTensors === null ? '' : ` and ${nativeTensors} of the native library`;
  return (
    `${tensors} tensors${native} more after ${steps.toLocaleString('en')} steps${what}; ` +
    `resident ${megabytes(resident.before)} MB before, ${megabytes(resident.after)} MB after`
  );
}

/** @param {import('./compare.js').Side} side */
function sideText({ name, times, memory }) {
  const resident = memory === null ? '' : `, ${megabytes(memory.after)} MB`;
  return `${rangeText(times)} ms${resident} (${name})`;
}

/** @param {import('./statistics.js').Range} times */
function rangeText({ median, low, high }) {
  return `${short(median)} (${short(low)} to ${short(high)})`;
}

/** @param {import('./statistics.js').Range} ratio */
function ratioText(ratio) {
  return `${rangeText(ratio)} over ${ratio.samples} ${ratio.samples === 1 ? 'pair' : 'pairs'}`;
}

/** @param {number} bytes */
function megabytes(bytes) {
  return (bytes / 1e6).toFixed(0);
}

/** @param {number} value a measured number */
function short(value) {
  return value >= 100 ? value.toFixed(0) : value.toPrecision(value >= 1 ? 3 : 2);
}

/** @param {number} value a chosen number, printed with all its digits: 1.25, not 1.3 */
function exact(value) {
  return `${Number(value.toPrecision(4))}`;
}

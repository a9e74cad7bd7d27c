import { runProgram } from './program.js';

/**
 * @typedef {{ name: string, calls: number, milliseconds: number }} Share
 *
 * @typedef {object} Profile
 * @property {boolean} captured
 * @property {number} milliseconds milliseconds of a step without the stopwatches
 * @property {Share[]} kernels
 * @property {Share[]} native
 */

/**
 * Profiles a step, eagerly and captured.
 *
 * @param {import('./rows.js').Task} task
 * @param {{ threads: number }} options
 * @returns {Promise<Profile[]>}
 */
export function profile(task, { threads }) {
  return runProgram('profile.js', task, { threads });
}

/** Shares of a step below this are shown as one sum. */
const SMALL = 0.01;

/**
 * @param {string} name
 * @param {Profile} profile
 */
export function profileText(name, { captured, milliseconds, kernels, native }) {
  const inNative = sum(native, 'milliseconds');
  const lines = [`${name}, ${captured ? 'captured' : 'eager'}: ${milliseconds.toFixed(2)} ms`];
  if (native.length > 0) {
    lines.push(
      `  ${inNative.toFixed(2)} ms in ${sum(native, 'calls').toFixed(0)} native calls, ` +
        `${Math.max(0, milliseconds - inNative).toFixed(2)} ms in JavaScript and the binding`,
    );
  }
  lines.push(...tableOf('kernel', kernels), ...tableOf('native', native));
  return lines.join('\n');
}

/**
 * @param {string} heading
 * @param {Share[]} shares
 */
function tableOf(heading, shares) {
  if (shares.length === 0) return [];
  const total = sum(shares, 'milliseconds');
  const large = shares.filter(({ milliseconds }) => milliseconds >= SMALL * total);
  const small = shares.filter(({ milliseconds }) => milliseconds < SMALL * total);
  const rows =
    small.length === 0
      ? large
      : [
          ...large,
          {
            name: `${small.length} more`,
            calls: sum(small, 'calls'),
            milliseconds: sum(small, 'milliseconds'),
          },
        ];
  return [
    `  ${heading.padEnd(32)} calls a step   ms a step  share`,
    ...rows.map(
      ({ name, calls, milliseconds }) =>
        `  ${name.padEnd(32)} ${calls.toFixed(1).padStart(12)} ${milliseconds.toFixed(3).padStart(11)} ${`${((100 * milliseconds) / total).toFixed(0)} %`.padStart(6)}`,
    ),
  ];
}

/**
 * @param {Share[]} shares
 * @param {'calls' | 'milliseconds'} what
 */
function sum(shares, what) {
  return shares.reduce((total, share) => total + share[what], 0);
}

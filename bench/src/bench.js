// How fast a step is, side by side: `pnpm bench`, or `pnpm bench --help`.
import { writeFile } from 'node:fs/promises';
import { availableParallelism, cpus, loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { compare, measure } from './compare.js';
import { measureMemory } from './memory.js';
import { profile, profileText } from './profile.js';
import { ALONE, MEMORY, ROWS } from './rows.js';
import { line, lineAlone, lineOfMemory, markdown } from './table.js';

const HELP = `Usage: pnpm bench [options] [rows…]

Rows: ${[...ROWS, ...ALONE, MEMORY].map(({ name }) => JSON.stringify(name)).join(', ')} (default: all).
A row runs where its name begins with one that was given.

  --python PATH  a Python with torch; without it rows against PyTorch are left out (default: $TRAINKIT_PYTHON)
  --rounds N     how often the two sides of a row take turns (default: 15)
  --json FILE    where to write all figures
  --markdown     print a Markdown table
  --profile      where the time of our steps goes instead: by kernel, and by call into the native library

The row "whole run" needs FASHION_MNIST_DIR, the folder of the four files.`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    python: { type: 'string', default: process.env['TRAINKIT_PYTHON'] ?? '' },
    rounds: { type: 'string', default: '15' },
    json: { type: 'string' },
    markdown: { type: 'boolean', default: false },
    profile: { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h', default: false },
  },
});
if (values.help) {
  console.log(HELP);
  process.exit(0);
}
const rounds = Number(values.rounds);
if (!Number.isSafeInteger(rounds) || rounds < 1)
  fail(`--rounds must be a whole number from 1 on; received "${values.rounds}".`);
/** @param {{ name: string }} row */
const isAsked = ({ name }) => positionals.length === 0 || positionals.some((one) => name.startsWith(one));
const rows = ROWS.filter(isAsked);
const alone = ALONE.filter(isAsked);
const memory = [MEMORY].filter(isAsked);
if (rows.length + alone.length + memory.length === 0)
  fail(`No row's name begins with ${positionals.map((one) => JSON.stringify(one)).join(' or ')}.\n${HELP}`);

const python = values.python === '' ? null : values.python;
const machine = `${cpus()[0]?.model.trim()}, ${availableParallelism()} cores, Node ${process.versions.node}`;
console.log(`${machine}; load ${loadavg()[0]?.toFixed(1)}; ${rounds} rounds`);

/** @type {import('./compare.js').Outcome[]} */
const outcomes = [];
/** @type {Awaited<ReturnType<typeof measure>>[]} */
const measured = [];
/** @type {Awaited<ReturnType<typeof measureMemory>>[]} */
const memories = [];

if (values.profile) await profileSteps();
else await measureAll();

/** Each kind of step of ours, once. */
async function profileSteps() {
  const done = new Set();
  for (const { name, ours } of rows) {
    const { file, task = {} } = ours;
    const key = JSON.stringify(task);
    if (file !== 'trainkit-step.js' || done.has(key)) continue;
    done.add(key);
    await attempt(name, async () => {
      for (const each of await profile(task)) console.log(`${profileText(name, each)}\n`);
    });
  }
  if (done.size === 0) fail('None of these rows is a training step: there is nothing to profile.');
}

async function measureAll() {
  for (const row of rows) {
    const missing = whatIsMissing(row);
    if (missing !== null) {
      console.log(`${row.name}: left out, since ${missing}`);
      continue;
    }
    await attempt(row.name, async () => {
      const outcome = await compare(row, { rounds, python, onRound: showRound(row.name) });
      outcomes.push(outcome);
      await report(line(outcome));
    });
  }
  for (const row of alone) {
    await attempt(row.name, async () => {
      const outcome = await measure(row, { onRound: showRound(row.name) });
      measured.push(outcome);
      await report(lineAlone(outcome));
    });
  }
  for (const { name, task } of memory) {
    await attempt(name, async () => {
      const outcome = await measureMemory(task);
      memories.push(outcome);
      await report(lineOfMemory(outcome));
    });
  }
  if (values.markdown) console.log(`\n${markdown(outcomes)}`);
}

/** @param {import('./rows.js').Row} row */
function whatIsMissing({ theirs, onData = false }) {
  if (python === null && theirs.file.endsWith('.py')) return '--python names no Python with torch';
  if (onData && process.env['FASHION_MNIST_DIR'] === undefined)
    return 'FASHION_MNIST_DIR names no folder of the four files';
  return null;
}

/**
 * What fails is told and the rest goes on: a row takes minutes.
 *
 * @param {string} name
 * @param {() => Promise<void>} work
 */
async function attempt(name, work) {
  try {
    await work();
  } catch (error) {
    if (process.stderr.isTTY) process.stderr.write('\r\x1b[2K');
    console.error(`${name}: not measured: ${error instanceof Error ? error.message : error}`);
    process.exitCode = 1;
  }
}

/** @param {string} name */
function showRound(name) {
  return (/** @type {number} */ round) => {
    if (process.stderr.isTTY) process.stderr.write(`\r${name}: round ${round + 1} `);
  };
}

/**
 * Prints a line, and writes what was measured so far: it is there however this ends.
 *
 * @param {string} text
 */
async function report(text) {
  if (process.stderr.isTTY) process.stderr.write('\r\x1b[2K');
  console.log(text);
  if (values.json === undefined) return;
  const figures = { machine, rounds, date: new Date(), outcomes, measured, memories };
  await writeFile(values.json, `${JSON.stringify(figures, null, 2)}\n`);
}

/**
 * @param {string} message
 * @returns {never}
 */
function fail(message) {
  console.error(message);
  process.exit(2);
}

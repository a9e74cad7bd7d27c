// Times training steps against other libraries: `pnpm bench`. `pnpm bench --help` lists the
// options.
import { writeFile } from 'node:fs/promises';
import { availableParallelism, cpus, loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { compare, measure, ROUNDS_OF_A_PAIR } from './compare.js';
import { start } from './contender.js';
import { measureMemory, memoryVerdict } from './memory.js';
import { profile, profileText } from './profile.js';
import { ALONE, MEMORY, ROWS } from './rows.js';
import { LEGEND, leaksOf, line, lineAlone, lineOfMemory, markdown } from './table.js';

const CORES = availableParallelism();
/** The number of threads that the goals are for. */
const THREADS = Math.min(2, CORES);

const HELP = `Usage: pnpm bench [options] [rows…]

Rows: ${[...ROWS, ...ALONE, ...MEMORY].map(({ name }) => JSON.stringify(name)).join(', ')} (default: all).
A row runs if its name begins with one of the given names.

  --python PATH  a Python with torch; without it rows against PyTorch are left out (default: $TRAINKIT_PYTHON)
  --rounds N     rounds in which both sides of a row take turns; new processes every ${ROUNDS_OF_A_PAIR} rounds (default: 15)
  --threads N    threads of native, TensorFlow and PyTorch, at most as many as there are cores (default: ${THREADS})
  --json FILE    a file for all figures
  --markdown     print a Markdown table
  --profile      profile our steps instead: time by kernel, and by call into the native library

Rows of whole runs, and "start to first step", need FASHION_MNIST_DIR, the folder of the four files; whole runs need a
Python with torchvision and tensorboard too.
Exit code 1: a row was not measured, a side leaks memory, or "memory" missed a limit. A time that misses its goal is
reported and leaves the exit code at 0.

${LEGEND}`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    python: { type: 'string', default: process.env['TRAINKIT_PYTHON'] ?? '' },
    rounds: { type: 'string', default: '15' },
    threads: { type: 'string', default: `${THREADS}` },
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
const threads = Number(values.threads);
if (!Number.isSafeInteger(threads) || threads < 1 || threads > CORES)
  fail(`--threads must be a whole number from 1 to ${CORES}, the cores here; received "${values.threads}".`);
/** @param {{ name: string }} row */
const isAsked = ({ name }) => positionals.length === 0 || positionals.some((one) => name.startsWith(one));
const rows = ROWS.filter(isAsked);
const alone = ALONE.filter(isAsked);
const memory = MEMORY.filter(isAsked);
if (rows.length + alone.length + memory.length === 0)
  fail(`No row's name begins with ${positionals.map((one) => JSON.stringify(one)).join(' or ')}.\n${HELP}`);

const python = values.python === '' ? null : values.python;
const machine = `${cpus()[0]?.model.trim()}, ${CORES} cores, Node ${process.versions.node}`;
console.log(
  `${machine}; load ${loadavg()[0]?.toFixed(1)}; ${rounds} rounds; native, TensorFlow and PyTorch with ${threads} ` +
    `${threads === 1 ? 'thread' : 'threads'} each, wasm and cpu with 1`,
);

/** @type {import('./compare.js').Outcome[]} */
const outcomes = [];
/** @type {Awaited<ReturnType<typeof measure>>[]} */
const measured = [];
/** @type {Awaited<ReturnType<typeof measureMemory>>[]} */
const memories = [];

if (values.profile) await profileSteps();
else await measureAll();

/** Profiles each distinct step of ours once. */
async function profileSteps() {
  const done = new Set();
  for (const { name, ours } of rows) {
    const { file, task = {} } = ours;
    const key = JSON.stringify(task);
    if (file !== 'trainkit-step.js' || done.has(key)) continue;
    done.add(key);
    await attempt(name, async () => {
      for (const each of await profile(task, { threads })) console.log(`${profileText(name, each)}\n`);
    });
  }
  if (done.size === 0) fail('None of these rows is a training step: there is nothing to profile.');
}

async function measureAll() {
  console.log(`${LEGEND}\n`);
  for (const row of rows.filter(isPossible)) {
    await attempt(row.name, async () => {
      const outcome = await compare(row, { rounds, start: startOne, onRound: showRound(row.name) });
      outcomes.push(outcome);
      if (leaksOf([outcome.ours, outcome.theirs]).length > 0) process.exitCode = 1;
      await report(line(outcome));
    });
  }
  for (const row of alone.filter(isPossible)) {
    await attempt(row.name, async () => {
      const onRound = showRound(row.name);
      const outcome = await measure(row, { start: startOne, onRound: (round) => onRound(0, round) });
      measured.push(outcome);
      await report(lineAlone(outcome));
    });
  }
  for (const row of memory) {
    await attempt(row.name, async () => {
      const outcome = await measureMemory(row, { threads });
      memories.push(outcome);
      if (memoryVerdict(outcome) === 'missed') process.exitCode = 1;
      await report(lineOfMemory(outcome));
    });
  }
  if (values.markdown) console.log(`\n${markdown({ outcomes, measured, memories })}\n\n${LEGEND}`);
}

/** @param {import('./rows.js').Program} program */
function startOne(program) {
  return start(program, { python, threads });
}

/**
 * Checks that the Python and the data folder that a row needs were given. Prints a line for a row
 * that is left out.
 *
 * @param {{ name: string, theirs?: import('./rows.js').Program, onData?: boolean }} row
 */
function isPossible({ name, theirs, onData = false }) {
  const missing = [
    ...(python === null && theirs?.file.endsWith('.py') ? ['--python names no Python with torch'] : []),
    ...(onData && !process.env['FASHION_MNIST_DIR']
      ? ['FASHION_MNIST_DIR names no folder of the four files']
      : []),
  ];
  if (missing.length > 0) console.log(`${name}: left out, since ${missing.join(' and ')}`);
  return missing.length === 0;
}

/**
 * Reports a failure and continues with the next row, since a row takes minutes.
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
  return (/** @type {number} */ pair, /** @type {number} */ round) => {
    if (!process.stderr.isTTY) return;
    const where = round < 0 ? 'warming up' : `round ${round + 1}`;
    process.stderr.write(`\r\x1b[2K${name}: processes ${pair + 1}, ${where} `);
  };
}

/**
 * Prints a line and writes the figures so far to `--json`, so that an interrupted run keeps them.
 *
 * @param {string} text
 */
async function report(text) {
  if (process.stderr.isTTY) process.stderr.write('\r\x1b[2K');
  console.log(text);
  if (values.json === undefined) return;
  const figures = { machine, threads, rounds, date: new Date(), outcomes, measured, memories };
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

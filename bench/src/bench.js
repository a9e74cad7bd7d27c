// How fast a step is, side by side: `pnpm bench`, or `pnpm bench --help`.
import { writeFile } from 'node:fs/promises';
import { availableParallelism, cpus, loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { compare, measure } from './compare.js';
import { ALONE, ROWS } from './rows.js';
import { line, lineAlone, markdown } from './table.js';

const HELP = `Usage: pnpm bench [options] [rows…]

Rows: ${[...ROWS, ...ALONE].map(({ name }) => JSON.stringify(name)).join(', ')} (default: all).
A row runs where its name begins with one that was given.

  --python PATH  a Python with torch; without it rows against PyTorch are left out (default: $TRAINKIT_PYTHON)
  --rounds N     how often the two sides of a row take turns (default: 15)
  --json FILE    where to write all figures
  --markdown     print a Markdown table`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    python: { type: 'string', default: process.env['TRAINKIT_PYTHON'] ?? '' },
    rounds: { type: 'string', default: '15' },
    json: { type: 'string' },
    markdown: { type: 'boolean', default: false },
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
if (rows.length + alone.length === 0)
  fail(`No row's name begins with ${positionals.map((one) => JSON.stringify(one)).join(' or ')}.\n${HELP}`);

const python = values.python === '' ? null : values.python;
const machine = `${cpus()[0]?.model.trim()}, ${availableParallelism()} cores, Node ${process.versions.node}`;
console.log(`${machine}; load ${loadavg()[0]?.toFixed(1)}; ${rounds} rounds`);

/** @type {import('./compare.js').Outcome[]} */
const outcomes = [];
/** @type {Awaited<ReturnType<typeof measure>>[]} */
const measured = [];
for (const row of rows) {
  if (python === null && row.theirs.file.endsWith('.py')) {
    console.log(`${row.name}: left out, since --python names no Python with torch`);
    continue;
  }
  const outcome = await compare(row, { rounds, python, onRound: showRound(row.name) });
  outcomes.push(outcome);
  await report(line(outcome));
}
for (const row of alone) {
  const outcome = await measure(row, { onRound: showRound(row.name) });
  measured.push(outcome);
  await report(lineAlone(outcome));
}
if (values.markdown) console.log(`\n${markdown(outcomes)}`);

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
  const figures = { machine, rounds, date: new Date(), outcomes, measured };
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

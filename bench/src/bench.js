// How fast a step is, side by side: `pnpm bench`, or `pnpm bench --help`.
import { writeFile } from 'node:fs/promises';
import { availableParallelism, cpus, loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { compare } from './compare.js';
import { ROWS } from './rows.js';
import { line, markdown } from './table.js';

const HELP = `Usage: pnpm bench [options] [rows…]

Rows: ${ROWS.map(({ name }) => JSON.stringify(name)).join(', ')} (default: all).
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
const rows = ROWS.filter(
  ({ name }) => positionals.length === 0 || positionals.some((one) => name.startsWith(one)),
);
if (rows.length === 0)
  fail(`No row's name begins with ${positionals.map((one) => JSON.stringify(one)).join(' or ')}.\n${HELP}`);

const python = values.python === '' ? null : values.python;
const machine = `${cpus()[0]?.model.trim()}, ${availableParallelism()} cores, Node ${process.versions.node}`;
console.log(`${machine}; load ${loadavg()[0]?.toFixed(1)}; ${rounds} rounds`);

const outcomes = [];
for (const row of rows) {
  if (python === null && row.theirs.file.endsWith('.py')) {
    console.log(`${row.name}: left out, since --python names no Python with torch`);
    continue;
  }
  const onRound = (/** @type {number} */ round) => {
    if (process.stderr.isTTY)
      process.stderr.write(`\r${row.name}: round ${Math.max(round + 1, 0)} of ${rounds} `);
  };
  const outcome = await compare(row, { rounds, python, onRound });
  if (process.stderr.isTTY) process.stderr.write('\r\x1b[2K');
  console.log(line(outcome));
  outcomes.push(outcome);
  // After each, so that what was measured is there however this ends.
  if (values.json !== undefined) {
    await writeFile(
      values.json,
      `${JSON.stringify({ machine, rounds, date: new Date(), outcomes }, null, 2)}\n`,
    );
  }
}
if (values.markdown) console.log(`\n${markdown(outcomes)}`);

/**
 * @param {string} message
 * @returns {never}
 */
function fail(message) {
  console.error(message);
  process.exit(2);
}

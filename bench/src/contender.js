import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/**
 * A process that runs steps when it is told to; see ../contenders/serve.js.
 *
 * @typedef {object} Contender
 * @property {string} name what it says that it is
 * @property {(count: number) => Promise<number[]>} time runs so many steps; milliseconds
 * @property {() => Promise<void>} stop
 */

/** In all contenders alike, so that none has more threads than another. */
const THREADS = 2;

/**
 * @param {import('./rows.js').Program} program
 * @param {{ python: string | null }} options
 * @returns {Promise<Contender>}
 */
export async function start({ file, task = {} }, { python }) {
  const path = fileURLToPath(new URL(`../contenders/${file}`, import.meta.url));
  const isPython = file.endsWith('.py');
  if (isPython && python === null) throw new Error('no Python with torch was named');
  const child = spawn(isPython ? (python ?? '') : process.execPath, [path, JSON.stringify(task)], {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { ...process.env, OMP_NUM_THREADS: `${THREADS}`, TF_CPP_MIN_LOG_LEVEL: '2' },
  });
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (text) => {
    errors += text;
  });
  // Written to after its end, which the reading side tells better.
  child.stdin.on('error', () => {});
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  const read = async () => {
    const { value, done } = await lines.next();
    if (done) throw new Error(`${file} ended early: ${reasonIn(errors)}`);
    return JSON.parse(value);
  };
  const { name } = await read();
  return {
    name,
    async time(count) {
      child.stdin.write(`${count}\n`);
      return read();
    },
    async stop() {
      child.stdin.end();
      if (child.exitCode === null) await once(child, 'exit');
    },
  };
}

/**
 * The line that names an error, since Node prints its own version after it; else the last one.
 *
 * @param {string} text
 */
function reasonIn(text) {
  const lines = text.trim().split('\n');
  return lines.findLast((line) => /^\w*Error\b/.test(line)) ?? lines.at(-1) ?? '';
}

import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { environment, pathOf, reasonIn } from './program.js';

/**
 * A process that runs steps on request; its protocol is in ../contenders/serve.js.
 *
 * @typedef {object} Contender
 * @property {string} name the name that it reports
 * @property {(count: number) => Promise<Block>} time runs `count` steps
 * @property {() => Promise<void>} stop
 *
 * @typedef {object} Block
 * @property {number[]} times milliseconds, step by step
 * @property {number | null} resident resident memory after the steps in bytes; null if unknown
 */

/**
 * Starts a contender, and waits until it is ready.
 *
 * @param {import('./rows.js').Program} program
 * @param {{ python: string | null, threads: number }} options
 * @returns {Promise<Contender>}
 */
export async function start({ file, task = {} }, { python, threads }) {
  const args = [pathOf(file), JSON.stringify(task)];
  if (!file.endsWith('.py')) return converse({ label: file, command: process.execPath, args, threads });
  if (python === null) throw new Error(`${file} needs --python, a Python with torch`);
  // The label names the Python, since a wrong Python is the most frequent failure.
  return converse({ label: `${file} (--python ${python})`, command: python, args, threads });
}

/**
 * Starts a command that follows the protocol of a contender.
 *
 * @param {{ label: string, command: string, args: string[], threads: number }} options label names
 *   it in errors
 * @returns {Promise<Contender>}
 */
export async function converse({ label, command, args, threads }) {
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'], env: environment(threads) });
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (text) => {
    errors += text;
  });
  // Writing to an ended process fails; the reading side reports its end with a reason.
  child.stdin.on('error', () => {});
  // The listener is registered at the start, so that an early end is not missed.
  /** @type {Promise<string>} */
  const ended = new Promise((resolve) => {
    child.on('error', (error) => resolve(`could not be started: ${error.message}`));
    child.on('close', (code, signal) => {
      const how = signal === null ? `ended early, with exit code ${code}` : `was killed by ${signal}`;
      resolve([how, reasonIn(errors)].filter((part) => part !== '').join(': '));
    });
  });
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  const read = async () => {
    // A process that did not start never closes its output, so the race ends the wait.
    const line = await Promise.race([lines.next(), ended.then(() => null)]);
    if (line === null || line.done) throw new Error(`${label} ${await ended}`);
    return line.value;
  };
  /** @type {(expected: string, line: string) => never} */
  const refuse = (expected, line) => {
    // A program that does not follow the protocol may not end when its input ends.
    child.kill('SIGKILL');
    throw new Error(`${label}: expected ${expected}; received ${JSON.stringify(shortened(line))}`);
  };
  const hello = await read();
  const name = nameIn(hello) ?? refuse('a line of JSON with its name', hello);
  return {
    name,
    async time(count) {
      child.stdin.write(`${count}\n`);
      const answer = await read();
      return blockIn(answer, count) ?? refuse(`a line of JSON with the times of ${count} steps`, answer);
    },
    async stop() {
      child.stdin.end();
      await ended;
    },
  };
}

/** @param {string} line */
function nameIn(line) {
  const { name } = parsed(line);
  return typeof name === 'string' ? name : null;
}

/**
 * @param {string} line
 * @param {number} count
 * @returns {Block | null}
 */
function blockIn(line, count) {
  const { times, resident } = parsed(line);
  const isComplete = Array.isArray(times) && times.length === count && times.every(Number.isFinite);
  if (!isComplete || (typeof resident !== 'number' && resident !== null)) return null;
  return { times, resident };
}

/**
 * @param {string} line
 * @returns {Record<string, unknown>} empty if the line is not a JSON object
 */
function parsed(line) {
  try {
    return Object(JSON.parse(line));
  } catch {
    return {};
  }
}

/** @param {string} text */
function shortened(text) {
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}

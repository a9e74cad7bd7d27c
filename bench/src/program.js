import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

/** @param {string} file of ../contenders/ */
export function pathOf(file) {
  return fileURLToPath(new URL(`../contenders/${file}`, import.meta.url));
}

/**
 * The environment variables of a program's process. Each library reads its number of threads from a
 * different one: PyTorch from the first two, TensorFlow from the third, native from the fourth.
 *
 * @param {number} threads that one operation may use
 */
export function environment(threads) {
  return {
    ...process.env,
    OMP_NUM_THREADS: `${threads}`,
    MKL_NUM_THREADS: `${threads}`,
    TF_NUM_INTRAOP_THREADS: `${threads}`,
    TRAINKIT_THREADS: `${threads}`,
    TF_CPP_MIN_LOG_LEVEL: '2',
  };
}

/**
 * Runs a program of ../contenders/ to its end, and reads the JSON that it prints.
 *
 * @param {string} file
 * @param {unknown} argument becomes JSON
 * @param {{ threads: number, flags?: string[] }} options flags of Node
 */
export async function runProgram(file, argument, { threads, flags = [] }) {
  const child = promisify(execFile)(process.execPath, [...flags, pathOf(file), JSON.stringify(argument)], {
    env: environment(threads),
  });
  try {
    const { stdout } = await child;
    return JSON.parse(stdout);
  } catch (error) {
    // The original message repeats the whole command and all of the program's output.
    throw new Error(`${file} failed: ${reasonIn(error instanceof Error ? error.message : `${error}`)}`);
  }
}

/**
 * Finds the line that names an error, since Node prints its own version after it. Without such a
 * line returns the last one.
 *
 * @param {string} text the standard error of a program
 */
export function reasonIn(text) {
  const lines = text.trim().split('\n');
  return lines.findLast((line) => /^[\w.]*Error\b/.test(line)) ?? lines.at(-1) ?? '';
}

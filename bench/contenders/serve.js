import { createInterface } from 'node:readline';

/**
 * Implements the protocol of a contender. The contender prints its name in one line of JSON. For
 * each line `N` on standard input it runs N steps and prints a line of JSON, `{ "times": […],
 * "resident": … }`: the milliseconds of each step, and the resident memory of the process after
 * them in bytes. Between two lines it waits, so that the other side can run.
 *
 * @param {string} name
 * @param {() => unknown | Promise<unknown>} step returns when its computation is complete
 */
export async function serve(name, step) {
  console.log(JSON.stringify({ name }));
  for await (const line of createInterface(process.stdin)) {
    /** @type {number[]} */
    const times = [];
    for (let i = Number(line); i > 0; i--) {
      const start = performance.now();
      await step();
      times.push(performance.now() - start);
    }
    console.log(JSON.stringify({ times, resident: process.memoryUsage.rss() }));
  }
}

/**
 * The task of this contender, from the command line.
 *
 * @returns {import('../src/rows.js').Task}
 */
export function task() {
  return JSON.parse(process.argv[2] ?? '{}');
}

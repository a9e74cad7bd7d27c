import { createInterface } from 'node:readline';

/**
 * The protocol of a contender: it says what it is in one line, then for each line `N` on standard input runs N steps and
 * answers with a line of JSON, `{ "times": […], "resident": … }`: how many milliseconds each step took, and how many bytes
 * of memory the process has after them. It waits in between, so that others can take their turn.
 *
 * @param {string} name
 * @param {() => unknown | Promise<unknown>} step returns when all of it is computed
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
 * What this contender is to do, from the command line.
 *
 * @returns {import('../src/rows.js').Task}
 */
export function task() {
  return JSON.parse(process.argv[2] ?? '{}');
}

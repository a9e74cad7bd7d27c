/**
 * Adds up the calls and the time of functions by name. The time of a watched function excludes that
 * of the watched functions that it calls.
 */
export class Stopwatch {
  /** @type {Map<string, { calls: number, milliseconds: number }>} */
  #sums = new Map();
  /** @type {{ inner: number }[]} for each running function, the time of its watched callees */
  #running = [];

  /**
   * @template {(...args: never[]) => unknown} F
   * @param {string} name
   * @param {F} inner
   * @returns {F}
   */
  watch(name, inner) {
    const watch = this;
    /** @type {(this: unknown, ...args: never[]) => unknown} */
    const timed = function (...args) {
      const frame = { inner: 0 };
      watch.#running.push(frame);
      const start = performance.now();
      try {
        return inner.apply(this, args);
      } finally {
        const took = performance.now() - start;
        watch.#running.pop();
        const outer = watch.#running.at(-1);
        if (outer) outer.inner += took;
        watch.#add(name, took - frame.inner);
      }
    };
    return /** @type {F} */ (timed);
  }

  /**
   * @param {string} name
   * @param {number} milliseconds
   */
  #add(name, milliseconds) {
    const sum = this.#sums.get(name) ?? { calls: 0, milliseconds: 0 };
    sum.calls++;
    sum.milliseconds += milliseconds;
    this.#sums.set(name, sum);
  }

  reset() {
    this.#sums.clear();
  }

  /**
   * Returns the sums divided by the number of steps, the longest first.
   *
   * @param {number} steps
   */
  perStep(steps) {
    return [...this.#sums]
      .map(([name, { calls, milliseconds }]) => ({
        name,
        calls: calls / steps,
        milliseconds: milliseconds / steps,
      }))
      .sort((a, b) => b.milliseconds - a.milliseconds);
  }
}

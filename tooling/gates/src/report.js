/**
 * The report of a gate: one line for each item that it checked, and for each failure the
 * correction.
 */
export class Report {
  #started = performance.now();
  #passed = 0;
  #failed = 0;

  /** @param {string} gate the gate's name, for the first and the last line */
  constructor(gate) {
    this.gate = gate;
    console.log(`${gate}:`);
  }

  /**
   * Reports an item that was checked and is correct.
   *
   * @param {string} item
   */
  pass(item) {
    this.#passed++;
    console.log(`  ok    ${item}`);
  }

  /**
   * Reports an item that is not correct.
   *
   * @param {string} item the item and its problem
   * @param {string} instead the correction
   */
  fail(item, instead) {
    this.#failed++;
    console.log(`  FAIL  ${indented(item)}\n        ${indented(instead)}`);
  }

  /**
   * Passes `item`, or fails it once for each problem.
   *
   * @param {string} item
   * @param {readonly string[]} problems
   * @param {string} instead the correction
   */
  check(item, problems, instead) {
    if (problems.length === 0) this.pass(item);
    for (const problem of problems) this.fail(`${item}: ${problem}`, instead);
  }

  /**
   * Prints the last line; returns true if nothing failed. A gate that checked nothing has failed.
   */
  finish() {
    if (this.#passed + this.#failed === 0) this.fail('nothing was checked', 'Run it in a complete checkout.');
    const seconds = ((performance.now() - this.#started) / 1000).toFixed(1);
    console.log(`${this.gate}: ${this.#passed} ok, ${this.#failed} failed (${seconds} s)`);
    return this.#failed === 0;
  }
}

/** @param {string} text */
function indented(text) {
  return text.trimEnd().replaceAll('\n', '\n        ');
}

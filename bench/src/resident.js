/** Growth in bytes that is not counted as a leak: caches fill, and garbage awaits collection. */
const LEAST = 100e6;
/** Growth as a share of the memory before that is not counted as a leak. */
const SHARE = 0.25;

/**
 * The memory of a contender after its first and its last counted block.
 *
 * @typedef {{ before: number, after: number }} Growth bytes
 */

/**
 * The growth of the process that grew the most; null if no process reported its memory.
 *
 * @param {readonly (readonly (number | null)[])[]} processes bytes after each block
 * @returns {Growth | null}
 */
export function growthOf(processes) {
  const growths = processes.flatMap((blocks) => {
    const [before, after] = [blocks.at(0) ?? null, blocks.at(-1) ?? null];
    return before === null || after === null ? [] : [{ before, after }];
  });
  const [most] = growths.sort((a, b) => b.after - b.before - (a.after - a.before));
  return most ?? null;
}

/**
 * Tests for growth beyond caches and garbage. The times of a contender that leaks are not
 * comparable.
 *
 * @param {Growth | null} growth
 */
export function isLeak(growth) {
  if (growth === null) return false;
  return growth.after - growth.before > Math.max(LEAST, SHARE * growth.before);
}

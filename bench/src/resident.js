/** Memory may grow by so many bytes: caches fill, and garbage waits to be collected. */
const LEAST = 100e6;
/** Nor is it a leak below this share of what was there. */
const SHARE = 0.25;

/**
 * How a contender's memory grew from its first counted block to its last.
 *
 * @typedef {{ before: number, after: number }} Growth bytes
 */

/**
 * Of several processes, how the one grew that grew the most; null where none could tell.
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
 * Whether that is more than caches and garbage: the times of a contender that leaks are not those of a sound one.
 *
 * @param {Growth | null} growth
 */
export function isLeak(growth) {
  if (growth === null) return false;
  return growth.after - growth.before > Math.max(LEAST, SHARE * growth.before);
}

/**
 * The candidate with the smallest edit distance to `name`, ignoring case. Undefined if even that
 * one is too different: more than two edits and more than a third of its letters; for names of up
 * to four letters, more than one edit.
 *
 * @example
 * ```ts
 * import { nearestName } from '@trainkit/checks';
 *
 * console.log(nearestName('suffle', ['batchSize', 'shuffle']), nearestName('color', ['shuffle'])); // → shuffle undefined
 * ```
 */
export function nearestName<Name extends string>(name: string, candidates: Iterable<Name>): Name | undefined {
  const wanted = name.toLowerCase();
  let nearest: Name | undefined;
  let least = Math.max(wanted.length > 4 ? 2 : 1, Math.floor(wanted.length / 3)) + 1;
  for (const candidate of candidates) {
    const edits = editDistance(wanted, candidate.toLowerCase());
    if (edits < least && edits < candidate.length) [nearest, least] = [candidate, edits];
  }
  return nearest;
}

/**
 * Levenshtein's distance: the fewest insertions, deletions and replacements that turn `a` into `b`.
 */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, row[j]! + 1, next[j - 1]! + 1));
    }
    row = next;
  }
  return row[b.length]!;
}

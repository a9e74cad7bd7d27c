/** A file with records that are not written yet. */
interface Unfinished {
  writeRest(): void;
}

const unfinished = new Set<Unfinished>();

/**
 * Makes the process write the remaining records of `file` at its end, unless `cancelFlushAtExit` is
 * called first.
 */
export function flushAtExit(file: Unfinished): void {
  // One listener for all files: from the eleventh on, Node warns of a leak.
  if (unfinished.size === 0) process.on('exit', writeAll);
  unfinished.add(file);
}

/** The counterpart of `flushAtExit`, for a file whose records are all written. */
export function cancelFlushAtExit(file: Unfinished): void {
  if (unfinished.delete(file) && unfinished.size === 0) process.off('exit', writeAll);
}

function writeAll(): void {
  for (const file of unfinished) file.writeRest();
}

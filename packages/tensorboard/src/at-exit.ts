/** What is still to be written when the process ends. */
interface Unfinished {
  writeRest(): void;
}

const unfinished = new Set<Unfinished>();

/** Has `file` write what it holds when the process ends, unless `leave` comes first. */
export function enter(file: Unfinished): void {
  // One listener for all: Node warns of a leak from the eleventh on.
  if (unfinished.size === 0) process.on('exit', writeAll);
  unfinished.add(file);
}

/** The counterpart of `enter`: everything of `file` is written. */
export function leave(file: Unfinished): void {
  if (unfinished.delete(file) && unfinished.size === 0) process.off('exit', writeAll);
}

function writeAll(): void {
  for (const file of unfinished) file.writeRest();
}

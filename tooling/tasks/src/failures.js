/**
 * Adds this repository's flags to the arguments of turbo for a run of tasks; returns other commands
 * unchanged.
 *
 * @param {readonly string[]} args
 * @param {readonly string[]} tasks the tasks of turbo.json
 * @returns {{ args: readonly string[], summarized: boolean }}
 */
export function withFlags(args, tasks) {
  const end = args.indexOf('--');
  const own = end === -1 ? args : args.slice(0, end);
  const runsTasks = own.some((arg) => arg === 'run' || tasks.includes(arg));
  const has = (/** @type {string} */ flag) => own.some((arg) => arg === flag || arg.startsWith(`${flag}=`));
  if (!runsTasks || has('--dry') || has('--dry-run') || has('--help') || has('--graph'))
    return { args, summarized: false };
  const added = [];
  if (!has('--continue')) added.push('--continue=dependencies-successful');
  if (!has('--summarize')) added.push('--summarize');
  return { args: [...own, ...added, ...args.slice(own.length)], summarized: added.includes('--summarize') };
}

/**
 * Returns the last line of a run, with the failed tasks and the command that runs them alone; null
 * if none failed.
 *
 * @param {{ tasks: readonly { task: string, package: string, execution?: { exitCode?: number | null
 *   } }[] }} summary
 */
export function failureLine({ tasks }) {
  const failed = tasks.filter(({ execution }) => execution !== undefined && execution.exitCode !== 0);
  if (failed.length === 0) return null;
  const names = failed.map((entry) => `${entry.package} ${entry.task}`).join(', ');
  const unique = (/** @type {string[]} */ values) => [...new Set(values)].join(' ');
  const what = unique(failed.map(({ task }) => task));
  const where = unique(failed.map((entry) => `--filter=${entry.package}`));
  return `Failed: ${names}. To run ${failed.length === 1 ? 'it' : 'them'} alone: npx --yes pnpm@12 turbo ${what} ${where}`;
}

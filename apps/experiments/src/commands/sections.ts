import { findSections } from '../catalog.js';
import { commandLine } from '../command-line.js';
import type { Flags } from '../flags.js';
import { performSections } from '../perform-sections.js';
import { setUp } from '../set-up.js';
import { tasksOf } from '../tasks.js';
import { performOne } from './one.js';
import { printed } from './printed.js';

/** `experiments [sections...]`: all of them, or with `--index` one of their runs. */
export async function performSectionsOrOne(numbers: string[], flags: Flags): Promise<void> {
  const sections = findSections(numbers);
  const { index, seed, seeds } = flags;
  await printed(async (signal) => {
    if (index === undefined) return performSections(sections, await setUp(flags, signal));
    const runs = sections.flatMap((section) => section.runs);
    const listedBy = commandLine('list', ...numbers, '--seed', `${seed}`, '--seeds', `${seeds}`);
    return performOne(tasksOf(runs, flags), index, () => setUp(flags, signal), listedBy);
  }, flags);
}

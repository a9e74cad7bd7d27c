import type { RunDefinition } from '../runs/run.js';
import { UserError } from '../terminal/user-error.js';
import { SECTION_1 } from './1-initialization/index.js';
import { SECTION_2 } from './2-batch-normalization/index.js';
import { SECTION_3 } from './3-layer-normalization/index.js';
import { SECTION_4 } from './4-dropout/index.js';
import { SECTION_5 } from './5-optimizers/index.js';
import { SECTION_6 } from './6-experiments/index.js';
import type { Section } from './section.js';

/** All sections, in the exercise's order. */
const SECTIONS: readonly Section[] = [SECTION_1, SECTION_2, SECTION_3, SECTION_4, SECTION_5, SECTION_6];

const COMMANDS = 'run, resume, list, report, compare, evaluate, check';

/** All runs, each once, since two sections may share one. */
const RUNS = [...new Set(SECTIONS.flatMap((section) => section.runs))];

/**
 * Returns the sections of these numbers, each once, in the exercise's order; without numbers all of
 * them.
 */
export function findSections(numbers: readonly string[]): Section[] {
  for (const number of numbers) checkSection(number);
  return SECTIONS.filter((section) => numbers.length === 0 || numbers.includes(section.number));
}

/** Returns the run of that name, or null. */
export function knownRun(name: string): RunDefinition | null {
  return RUNS.find((candidate) => candidate.name === name) ?? null;
}

/** Returns the run of that name; throws an error that lists all runs for an unknown name. */
export function findRun(name: string): RunDefinition {
  const run = knownRun(name);
  if (run) return run;
  throw new UserError(`There is no run "${name}". The runs are: ${runNames()}.`);
}

/** Returns the names of all runs, for a sentence. */
export function runNames(): string {
  return RUNS.map((run) => run.name).join(', ');
}

/** Returns the numbers and titles of all sections, for a sentence. */
export function sectionNames(): string {
  return SECTIONS.map(({ number, title }) => `${number} (${title.toLowerCase()})`).join(', ');
}

function checkSection(number: string): void {
  if (SECTIONS.some((section) => section.number === number)) return;
  const numbers = SECTIONS.map((section) => section.number).join(', ');
  throw new UserError(
    `"${number}" is neither a section (${numbers}) nor a command (${COMMANDS}). Try: experiments 1`,
  );
}

import type { RunDefinition } from '../runs/run.js';
import { UserError } from '../terminal/user-error.js';
import { SECTION_1 } from './1-initialization/index.js';
import { SECTION_2 } from './2-batch-normalization/index.js';
import { SECTION_3 } from './3-layer-normalization/index.js';
import { SECTION_4 } from './4-dropout/index.js';
import { SECTION_5 } from './5-optimizers/index.js';
import { SECTION_6 } from './6-experiments/index.js';
import type { Section } from './section.js';

/** The sections that there are, in the exercise's order. */
const SECTIONS: readonly Section[] = [SECTION_1, SECTION_2, SECTION_3, SECTION_4, SECTION_5, SECTION_6];

const COMMANDS = 'run, resume, list, report, compare, evaluate, check';

/** Two sections may share a run. */
const RUNS = [...new Set(SECTIONS.flatMap((section) => section.runs))];

/** The sections of those numbers, each once, in the exercise's order; no number means all of them. */
export function findSections(numbers: readonly string[]): Section[] {
  for (const number of numbers) checkSection(number);
  return SECTIONS.filter((section) => numbers.length === 0 || numbers.includes(section.number));
}

/** The run of that name, or null. */
export function knownRun(name: string): RunDefinition | null {
  return RUNS.find((candidate) => candidate.name === name) ?? null;
}

/** The run of that name; an unknown one is an error that lists them all. */
export function findRun(name: string): RunDefinition {
  const run = knownRun(name);
  if (run) return run;
  throw new UserError(`There is no run "${name}". The runs are: ${runNames()}.`);
}

/** The names of all runs, for a sentence. */
export function runNames(): string {
  return RUNS.map((run) => run.name).join(', ');
}

/** The numbers and titles of all sections, for a sentence. */
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

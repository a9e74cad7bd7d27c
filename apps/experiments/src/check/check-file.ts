import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { useFastestBackend } from '@trainkit/backend';
import { errorMessage } from '@trainkit/checks';
import { formatReport, type Report, runTests, type Subjects } from '@trainkit/conformance';
import { isThere } from '../runs/files.js';
import { commandLine } from '../terminal/command-line.js';
import { UserError } from '../terminal/user-error.js';
import { loadFile } from './load-file.js';

/** What is looked for among a file's exports; each is what the exercise has the student write. */
const NAMES = [
  'xavier',
  'BatchNorm',
  'LayerNorm',
  'Dropout',
  'AdamW',
  'Adam',
  'SGD',
] as const satisfies readonly (keyof Subjects)[];

/** What the checks of one file say. */
export interface FileCheck {
  passed: boolean;
  text: string;
}

/** Options of {@link checkFile}. */
export interface CheckFileOptions {
  /** True to write every check, default false: the first to look at, and how many others there are. */
  all?: boolean | undefined;
  /** Hears of each part before it is checked. */
  onPart?: ((part: string) => void) | undefined;
}

/**
 * Runs the sanity checks on what a file exports under the exercise's names. It may lie anywhere, in TypeScript
 * or JavaScript.
 */
export async function checkFile(
  file: string,
  { all = false, onPart = () => undefined }: CheckFileOptions = {},
): Promise<FileCheck> {
  const path = resolve(file);
  if (!isThere(path)) throw new UserError(`There is no file ${path}. Try: ${EXAMPLE}`);
  if (!statSync(path).isFile()) throw new UserError(`${path} is no file. Try: ${EXAMPLE}`);
  // Small arrays alone: cpu is quick enough, and is there on any machine.
  await useFastestBackend({ prefer: 'cpu' });
  const subjects = subjectsOf(await loadFile(path), path);
  const reports = Object.entries(subjects).map(([name, subject]) => {
    onPart(name);
    return checked({ [name]: subject }, path);
  });
  return {
    passed: reports.every(({ passed }) => passed),
    text: reports.map((report) => formatReport(report, { all, allHint: '--all' })).join('\n\n'),
  };
}

/** What is no class at all is the file's mistake, and nobody's bug. */
function checked(subjects: Subjects, path: string): Report {
  try {
    return runTests(subjects);
  } catch (cause) {
    if (cause instanceof TypeError) throw new UserError(`${path}: ${errorMessage(cause)}`, { cause });
    throw cause;
  }
}

const EXAMPLE = commandLine('check', 'apps/experiments/exercise/batch-norm.ts');

function subjectsOf(named: Readonly<Record<string, unknown>>, path: string): Subjects {
  const exported = { ...byName(named['default']), ...named };
  const subjects = Object.fromEntries(
    NAMES.flatMap((name) => (exported[name] === undefined ? [] : [[name, exported[name]]])),
  );
  if (Object.keys(subjects).length > 0) return subjects;
  const found = Object.keys(named).join(', ') || 'nothing';
  throw new UserError(
    `${path} exports nothing that can be checked. It exports ${found}; known are ${NAMES.join(', ')}. ` +
      'Write for instance: export class BatchNorm { … }',
  );
}

/** What a default export gives: a class or function its own name, an object those of its properties. */
function byName(value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value === 'function') return { [value.name]: value };
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { useFastestBackend } from '@trainkit/backend';
import { errorMessage } from '@trainkit/checks';
import { formatReport, type Report, runTests, type Subjects } from '@trainkit/conformance';
import { isThere } from '../runs/files.js';
import { commandLine } from '../terminal/command-line.js';
import { UserError } from '../terminal/user-error.js';
import { loadFile } from './load-file.js';

/** The exports of a file that are checked: the parts that the exercise asks for. */
const NAMES = [
  'xavier',
  'BatchNorm',
  'LayerNorm',
  'Dropout',
  'AdamW',
  'Adam',
  'SGD',
] as const satisfies readonly (keyof Subjects)[];

/** The result of the checks of one file. */
export interface FileCheck {
  passed: boolean;
  text: string;
}

/** Options of {@link checkFile}. */
export interface CheckFileOptions {
  /**
   * True to print every check. Default false: the first check to look at, and the number of others.
   */
  all?: boolean | undefined;
  /** Called with each part before it is checked. */
  onPart?: ((part: string) => void) | undefined;
}

/**
 * Runs the sanity checks on a file's exports under the exercise's names. The file may be anywhere,
 * in TypeScript or JavaScript.
 */
export async function checkFile(
  file: string,
  { all = false, onPart = () => undefined }: CheckFileOptions = {},
): Promise<FileCheck> {
  const path = resolve(file);
  if (!isThere(path)) throw new UserError(`There is no file ${path}. Try: ${EXAMPLE}`);
  if (!statSync(path).isFile()) throw new UserError(`${path} is not a file. Try: ${EXAMPLE}`);
  // All arrays are small: cpu is fast enough, and every machine has it.
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

/**
 * Runs the checks. An export that is not a class is an error of the file, reported without a stack.
 */
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

/**
 * Returns the names in a default export: a class or function has its own name, an object those of
 * its properties.
 */
function byName(value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value === 'function') return { [value.name]: value };
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

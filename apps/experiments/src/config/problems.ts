import { nearestName } from '@trainkit/checks';
import type { z } from 'zod';
import { scheduleKinds } from './schedule-config.js';

/** What the notebook, PyTorch and others call some of the settings. */
const OTHER_NAMES: Readonly<Record<string, string>> = {
  exp_name: 'run',
  config_name: 'run',
  name: 'run',
  lr: 'learningRate',
  use_layernorm: 'normalization',
  layernorm: 'normalization',
  batchnorm: 'normalization',
  dropout_rate: 'dropout',
  p: 'dropout',
  steps: 'maxSteps',
  epochs: 'maxSteps',
  hidden_size: 'hiddenSizes',
  num_layers: 'hiddenSizes',
  gradientAccumulation: 'accumulate',
  maxNorm: 'clipGradNorm',
  patience: 'earlyStopping',
  eval_every: 'evaluateEvery',
  initialization: 'init',
};

/** The only tagged union of a config. */
const SCHEDULES = scheduleKinds.map((kind) => JSON.stringify(kind)).join(', ');

/** The keys that there are, by the path of the object that has them: '' for the outermost. */
type KnownKeys = Readonly<Record<string, readonly string[]>>;

/** What is wrong with a value, key by key, in words. */
export function describeProblems(error: z.ZodError, value: unknown, known: KnownKeys): string[] {
  return error.issues.flatMap((issue) => {
    const path = issue.path.join('.');
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((key) => `there is no ${location(path, key)}${suggestion(path, key, known)}`);
    }
    const tag = path.replace(/^.*\./, '');
    if (issue.code === 'invalid_union' && tag === 'kind') {
      return [`${path} is ${shown(valueAt(value, issue.path))}: expected one of ${SCHEDULES}`];
    }
    const received = shown(valueAt(value, issue.path));
    const what = issue.message.replace(/, received -?\w+$/, '').replace(/^Invalid (input|option): /, '');
    return received === undefined && path !== ''
      ? [`${path} is missing (${what})`]
      : [`${path || 'it'} is ${received}: ${what}`];
  });
}

/** The problems as one sentence. */
export function sentenceOf(problems: readonly string[]): string {
  const text = problems.join('; ');
  return text.endsWith('?') ? text : `${text}.`;
}

function location(path: string, key: string): string {
  return path === '' ? `"${key}"` : `"${key}" in ${path}`;
}

/** The key that was meant. */
function suggestion(path: string, key: string, known: KnownKeys): string {
  const other = path === '' && Object.hasOwn(OTHER_NAMES, key) ? OTHER_NAMES[key] : undefined;
  if (other !== undefined) return `; that is ${other} here`;
  const keys = known[path] ?? [];
  // Whoever shortens a word means that word, however many letters it has more.
  const [begun] = keys
    .filter((each) => plain(key) !== '' && plain(each).startsWith(plain(key)))
    .sort((a, b) => a.length - b.length);
  const spelled = new Map(keys.map((each) => [plain(each), each]));
  const nearest = begun ?? spelled.get(nearestName(plain(key), spelled.keys()) ?? '');
  // Known, but of another kind.
  if (nearest === key) return `; it belongs to another kind of ${path}`;
  return nearest === undefined ? '' : `; did you mean "${nearest}"?`;
}

/** snake_case is no difference. */
function plain(text: string): string {
  return text.replaceAll(/[_-]/g, '').toLowerCase();
}

/** A value as JSON, and the infinities that JSON's 1e999 becomes, which it writes as null; undefined for what is missing. */
function shown(value: unknown): string | undefined {
  if (typeof value === 'number') return String(value);
  if (Array.isArray(value)) return `[${value.map(shown).join(',')}]`;
  return JSON.stringify(value);
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  let at = value;
  for (const key of path) {
    if (typeof at !== 'object' || at === null) return undefined;
    at = Reflect.get(at, key);
  }
  return at;
}

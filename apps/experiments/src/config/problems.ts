import { nearestName } from '@trainkit/checks';
import type { z } from 'zod';
import { scheduleKinds } from './schedule-config.js';

/** Names of settings in the notebook, PyTorch and elsewhere. */
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

/** The known keys by the path of their object: '' for the outermost. */
type KnownKeys = Readonly<Record<string, readonly string[]>>;

/** Describes the problems of a value, key by key. */
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

/** Suggests the key that was probably meant. */
function suggestion(path: string, key: string, known: KnownKeys): string {
  const other = path === '' && Object.hasOwn(OTHER_NAMES, key) ? OTHER_NAMES[key] : undefined;
  if (other !== undefined) return `; that is ${other} here`;
  const keys = known[path] ?? [];
  // A shortened key means the full key, whatever its length.
  const [begun] = keys
    .filter((each) => plain(key) !== '' && plain(each).startsWith(plain(key)))
    .sort((a, b) => a.length - b.length);
  const spelled = new Map(keys.map((each) => [plain(each), each]));
  const nearest = begun ?? spelled.get(nearestName(plain(key), spelled.keys()) ?? '');
  // The key is known, but for another kind.
  if (nearest === key) return `; it belongs to another kind of ${path}`;
  return nearest === undefined ? '' : `; did you mean "${nearest}"?`;
}

/** Ignores case and underscores, so that snake_case equals camelCase. */
function plain(text: string): string {
  return text.replaceAll(/[_-]/g, '').toLowerCase();
}

/**
 * Formats a value as JSON. Infinities, which JSON's 1e999 becomes, keep their name instead of null;
 * a missing value is undefined.
 */
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

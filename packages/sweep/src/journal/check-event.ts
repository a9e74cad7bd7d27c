import { isPlain } from '@trainkit/checks';
import { isJson } from '../space/json.js';
import type { Config } from '../space/space.js';
import type { SweepEvent } from './event.js';

/** The checks of a field. */
const KINDS = {
  text: (value: unknown) => typeof value === 'string',
  count: (value: unknown) => Number.isSafeInteger(value) && Number(value) >= 0,
  positive: (value: unknown) => Number.isSafeInteger(value) && Number(value) >= 1,
  value: (value: unknown) => value === null || Number.isFinite(value),
  config: (value: unknown): value is Config => isPlain(value) && isJson(value),
  runs: (value: unknown) => Array.isArray(value) && value.length > 0 && value.every(isSeededRun),
};

const FIELDS: Readonly<Record<SweepEvent['type'], Readonly<Record<string, keyof typeof KINDS>>>> = {
  proposed: { trial: 'count', config: 'config', steps: 'positive', runs: 'runs' },
  promoted: { trial: 'count', steps: 'positive' },
  claimed: { run: 'text', attempt: 'positive', worker: 'text' },
  reported: { run: 'text', attempt: 'positive', step: 'count', value: 'value' },
  done: { run: 'text', attempt: 'positive', steps: 'positive', value: 'value' },
  failed: { run: 'text', attempt: 'positive', reason: 'text' },
  released: { run: 'text', attempt: 'positive' },
  beat: { worker: 'text', beat: 'positive' },
  stopped: { reason: 'text' },
};

/** Returns true for an event with all of its fields; further fields are left to later versions. */
export function isSweepEvent(value: unknown): value is SweepEvent {
  if (!isPlain(value)) return false;
  const fields: { readonly [name: string]: unknown } = value;
  const { type } = fields;
  if (typeof type !== 'string' || !Object.hasOwn(FIELDS, type)) return false;
  return Object.entries(FIELDS[type as SweepEvent['type']]).every(([name, kind]) =>
    KINDS[kind](fields[name]),
  );
}

function isSeededRun(value: unknown): boolean {
  if (!isPlain(value)) return false;
  const { run, seed }: { run?: unknown; seed?: unknown } = value;
  return KINDS.text(run) && KINDS.count(seed);
}

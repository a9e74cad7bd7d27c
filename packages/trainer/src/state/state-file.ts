import { expected, printable } from '@trainkit/checks';
import { decodeFrozen, encodeFrozen, StateError } from './format.js';
import { freeze } from './freeze.js';
import { hasMethods } from './has-methods.js';
import { loadParts, readParts } from './load-parts.js';
import type { Part } from './part.js';
import { findPart, isLayersModel, isVariable } from './parts.js';
import { type Frozen, isFrozenObject } from './tensor-data.js';

/** The states of parts and plain values beside them, each by name: the contents of one file. */
export interface StateFile {
  states: Readonly<Record<string, Frozen>>;
  values: Readonly<Record<string, Frozen>>;
}

/** Encodes the contents of a file; the tensors' names in it begin with the part's name. */
export function encodeStateFile({ states, values }: StateFile): Promise<Uint8Array<ArrayBuffer>> {
  return encodeFrozen({ states, values }, 1);
}

/** @throws StateError with a clause that names the fault */
export async function decodeStateFile(bytes: Uint8Array): Promise<StateFile> {
  const tree = await decodeFrozen(bytes);
  if (isFrozenObject(tree)) {
    const { states, values } = tree;
    if (isFrozenObject(states) && isFrozenObject(values)) return { states, values };
  }
  throw new StateError('it holds a state that encodeState wrote, not those of saveState or a Trainer');
}

/** Copies everything in `parts`: states, and plain values. */
export async function collect(where: string, parts: Readonly<Record<string, unknown>>): Promise<StateFile> {
  const { stateful, values } = sorted(where, parts);
  const frozen = await freeze('values', values);
  return { states: await readParts(stateful), values: isFrozenObject(frozen) ? frozen : {} };
}

/** Loads a file into `parts`, all or nothing; returns the plain values. */
export async function distribute(
  where: string,
  { states, values }: StateFile,
  parts: Readonly<Record<string, unknown>>,
  { strict }: { strict: boolean },
): Promise<Readonly<Record<string, Frozen>>> {
  const { stateful, values: plain } = sorted(where, parts);
  const missing = Object.keys(stateful).filter((name) => !Object.hasOwn(states, name));
  const unexpected = strict ? Object.keys(states).filter((name) => !Object.hasOwn(stateful, name)) : [];
  const problems = [
    ...Object.keys(plain).map((name) => `${name} has no state to load; it is returned where the file has it`),
    ...missing.map((name) => `the file lacks ${name}`),
    ...unexpected.map((name) => `the file also has ${name}`),
  ];
  if (problems.length > 0) {
    const others = unexpected.length > 0 ? ', or pass { strict: false } to leave the rest' : '';
    // The names of the state come from a file.
    throw new Error(
      printable(`${where}: nothing was loaded: ${problems.join('; ')}. Name what was saved${others}.`),
    );
  }
  await loadParts(stateful, states);
  return values;
}

/** True for a model or another object with a state, which must have a name. */
function isPart(parts: object): boolean {
  return hasMethods(parts, 'stateDict', 'loadStateDict') || isLayersModel(parts) || isVariable(parts);
}

function sorted(
  where: string,
  parts: Readonly<Record<string, unknown>>,
): { stateful: Record<string, Part>; values: Record<string, unknown> } {
  if (typeof parts !== 'object' || parts === null || isPart(parts)) {
    throw new TypeError(
      expected(where, 'parts', parts, 'an object of parts by name', 'Write { model, optimizer, generator }.'),
    );
  }
  const stateful: Record<string, Part> = {};
  const values: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(parts)) {
    const part = findPart(where, name, value);
    if (part === null) values[name] = value;
    else stateful[name] = part;
  }
  return { stateful, values };
}

import type { Tensor } from '@tensorflow/tfjs-core';
import { freeze, withThawed } from './freeze.js';
import type { Part } from './part.js';
import type { Frozen } from './tensor-data.js';

/** Copies the state of a part. */
export async function readPart(name: string, part: Part): Promise<Frozen> {
  const made: Tensor[] = [];
  try {
    return await freeze(`${name}.stateDict()`, await part.read(made));
  } finally {
    for (const tensor of made) tensor.dispose();
  }
}

/** Copies the states of all parts, by name. */
export async function readParts(parts: Readonly<Record<string, Part>>): Promise<Record<string, Frozen>> {
  const states: Record<string, Frozen> = {};
  for (const [name, part] of Object.entries(parts)) states[name] = await readPart(name, part);
  return states;
}

/**
 * Loads all states, or none: where a part refuses its state, those before it get the states back that they had.
 *
 * @throws the part's own error, with the part's name before it
 */
export async function loadParts(
  parts: Readonly<Record<string, Part>>,
  states: Readonly<Record<string, Frozen>>,
): Promise<void> {
  const before = await readParts(parts);
  const loaded: string[] = [];
  try {
    for (const [name, part] of Object.entries(parts)) {
      loaded.push(name);
      await load(name, part, states[name] ?? null);
    }
  } catch (error) {
    for (const name of loaded.reverse()) {
      // The one that refused may have loaded a half; it may also refuse its own state, and then it was not changed.
      await load(name, parts[name]!, before[name] ?? null).catch(() => undefined);
    }
    throw error;
  }
}

async function load(name: string, part: Part, state: Frozen): Promise<void> {
  try {
    await withThawed(state, (tree) => part.load(tree));
  } catch (error) {
    if (error instanceof Error) error.message = `${name}: ${error.message}`;
    throw error;
  }
}

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
 * Loads all states, or none: if a part refuses its state, the previous states of the others are
 * restored.
 *
 * @throws the part's own error, preceded by the part's name
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
      // The part that refused may have loaded half of it; it may also refuse its own state, and is
      // then unchanged.
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

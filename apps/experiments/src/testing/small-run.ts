import { useFastestBackend } from '@trainkit/backend';
import { performRun, type RunOptions } from '../perform-run.js';
import type { RunDefinition } from '../run-definition.js';
import type { RunResult } from '../run-result.js';
import type { Scratch } from './scratch.js';

/** A run of a small network; the settings decide the rest. */
export function smallRun(
  settings: RunDefinition['settings'],
  { steps, evaluateEvery = 5 }: { steps: number; evaluateEvery?: number | null },
): RunDefinition {
  return {
    name: 'test/small',
    title: 'Small',
    settings: { hiddenSizes: [16, 12], optimizer: 'sgd', learningRate: 0.1, ...settings },
    length: { steps, evaluateEvery, sampleTenth: false },
    pytorch: null,
    sameSeed: false,
  };
}

/** Makes a run with seed 0. */
export async function performSmall(
  definition: RunDefinition,
  { place, backend }: { place: Scratch; backend: RunOptions['backend']['name'] },
  options: Partial<RunOptions> = {},
): Promise<RunResult> {
  const { data, out, terminal } = place;
  return performRun(definition, {
    seed: 0n,
    steps: undefined,
    data,
    backend: await useFastestBackend({ prefer: backend }),
    out,
    fresh: false,
    terminal,
    signal: new AbortController().signal,
    ...options,
  });
}

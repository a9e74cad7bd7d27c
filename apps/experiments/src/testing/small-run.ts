import { useFastestBackend } from '@trainkit/backend';
import { type ExecuteOptions, executeRun } from '../runs/execute.js';
import type { RunOptions } from '../runs/options.js';
import type { RunDefinition, RunResult } from '../runs/run.js';
import type { Scratch } from './scratch.js';

/** Returns a run of a small network with these settings. */
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

/** Trains a run with seed 0. */
export async function executeSmall(
  definition: RunDefinition,
  { context, backend }: { context: Scratch; backend: RunOptions['backend']['name'] },
  options: Partial<ExecuteOptions> = {},
): Promise<RunResult> {
  const { data, out, terminal } = context;
  return executeRun(definition, {
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

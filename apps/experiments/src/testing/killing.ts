import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { BackendName } from '@trainkit/backend';
import { Generator } from '@trainkit/random';
import { expect } from 'vitest';
import type { RunDefinition } from '../runs/run.js';
import type { TrainerEvent } from '../training/trainer.js';

const MAKE_RUN = fileURLToPath(new URL('make-run.js', import.meta.url));

/**
 * Returns a short run with all kinds of state: LayerNorm, dropout, and an optimizer with moments.
 */
export function shortRun(
  optimizer: RunDefinition['settings'],
  {
    steps,
    evaluateEvery,
    checkpointEvery,
  }: { steps: number; evaluateEvery: number; checkpointEvery: number },
): RunDefinition {
  return {
    name: 'test/short',
    title: 'Short',
    settings: { hiddenSizes: [24, 16], dropout: 0.2, checkpointEvery, ...optimizer },
    length: { steps, evaluateEvery, sampleTenth: false },
    pytorch: null,
    sameSeed: false,
  };
}

/** The files of a run that must be equal byte for byte. */
export interface RunFiles {
  metrics: string;
  checkpoint: Buffer;
  model: Buffer;
  best: Buffer;
  result: string;
}

/** The task of a process. */
interface Order {
  run: RunDefinition;
  seed: string;
  backend: BackendName;
  out: string;
}

/**
 * Trains a run in processes that are killed at each of the points, one after the other, and resumed
 * after each, then to its end. Returns the files of the run.
 */
export async function trainWithKills(
  { run, seed, backend }: Omit<Order, 'out'>,
  points: readonly TrainerEvent[],
  look: (folder: string) => void = () => undefined,
): Promise<RunFiles> {
  const out = mkdtempSync(join(tmpdir(), 'killed-'));
  try {
    for (const killAt of points) {
      const { signal, stderr } = await start({ run, seed, backend, out }, killAt);
      expect(signal, `killed at ${JSON.stringify(killAt)}\n${stderr}`).toBe('SIGKILL');
    }
    const { code, stderr } = await start({ run, seed, backend, out }, null);
    expect(code, stderr).toBe(0);
    const folder = join(out, 'runs/sample', run.name, `seed-${seed}`);
    look(folder);
    return {
      metrics: readFileSync(join(folder, 'metrics.jsonl'), 'utf8'),
      checkpoint: readFileSync(join(folder, 'checkpoints/last.safetensors')),
      model: readFileSync(join(folder, 'model.safetensors')),
      best: readFileSync(join(folder, 'checkpoints/best.safetensors')),
      result: readFileSync(join(folder, 'result.json'), 'utf8'),
    };
  } finally {
    rmSync(out, { recursive: true });
  }
}

async function start(
  order: Order,
  killAt: TrainerEvent | null,
): Promise<{ code: number | null; signal: NodeJS.Signals | null; stderr: string }> {
  const child = spawn(process.execPath, [MAKE_RUN, JSON.stringify({ ...order, killAt })], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let stderr = '';
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk;
  });
  const [code, signal] = await once(child, 'close');
  return { code, signal, stderr };
}

/** Asserts that the files of two runs have the same bytes. */
export function expectSameBytes(actual: RunFiles, expected: RunFiles): void {
  expect(actual.metrics).toBe(expected.metrics);
  expect(actual.result).toBe(expected.result);
  for (const file of ['checkpoint', 'model', 'best'] as const)
    expect(actual[file].equals(expected[file]), `${file}: the same bytes`).toBe(true);
}

const STAGES = ['half-written', 'written', 'moved', 'renamed'] as const;

/**
 * Draws points at which a run is killed. The points of each kind rise, since a resumed run does not
 * pass the same point again.
 */
export class KillPoints {
  readonly #generator: Generator;

  /** @param seed a seed that the caller prints, so that a failure can be repeated */
  constructor(seed: bigint) {
    this.#generator = new Generator(seed);
  }

  /** Draws a whole number from `least` to `most`. */
  #between(least: number, most: number): number {
    return least + Number(this.#generator.int64() % BigInt(most - least + 1));
  }

  step({ from, to }: { from: number; to: number }): TrainerEvent {
    return { kind: 'step', step: this.#between(from, to) };
  }

  /** Returns a point during the write of the checkpoint after that step. */
  checkpoint(step: number): TrainerEvent {
    return { kind: 'checkpoint', step, stage: STAGES[this.#between(0, 2)] ?? 'written' };
  }

  /** Returns a point during the evaluation after that step; the sample's has one batch. */
  evaluation(step: number): TrainerEvent {
    return { kind: 'evaluation', step, batch: 1 };
  }
}

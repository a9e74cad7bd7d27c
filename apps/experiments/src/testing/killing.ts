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

/** A short run with everything that has a state: LayerNorm, dropout, and an optimizer with one. */
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

/** What a run left that must be the same, byte for byte. */
export interface Remains {
  metrics: string;
  checkpoint: Buffer;
  model: Buffer;
  best: Buffer;
  result: string;
}

/** What a process is told. */
interface Order {
  run: RunDefinition;
  seed: string;
  backend: BackendName;
  out: string;
}

/**
 * Makes a run in a process that is killed at each of the places, one after the other, and resumed after each; then to
 * its end. Gives what is left.
 */
export async function makeKilled(
  { run, seed, backend }: Omit<Order, 'out'>,
  places: readonly TrainerEvent[],
  look: (folder: string) => void = () => undefined,
): Promise<Remains> {
  const out = mkdtempSync(join(tmpdir(), 'killed-'));
  try {
    for (const killAt of places) {
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

/** Asserts that two runs left the same bytes. */
export function expectSameBytes(actual: Remains, expected: Remains): void {
  expect(actual.metrics).toBe(expected.metrics);
  expect(actual.result).toBe(expected.result);
  for (const file of ['checkpoint', 'model', 'best'] as const)
    expect(actual[file].equals(expected[file]), `${file}: the same bytes`).toBe(true);
}

const STAGES = ['half-written', 'written', 'moved', 'renamed'] as const;

/** Draws places where a run is killed. Each kind of them rises, since a run that is resumed does not come by the same again. */
export class Places {
  readonly #generator: Generator;

  /** @param seed printed by whoever draws, so that a failure can be had again */
  constructor(seed: bigint) {
    this.#generator = new Generator(seed);
  }

  /** A whole number from `least` to `most`. */
  #between(least: number, most: number): number {
    return least + Number(this.#generator.int64() % BigInt(most - least + 1));
  }

  step({ from, to }: { from: number; to: number }): TrainerEvent {
    return { kind: 'step', step: this.#between(from, to) };
  }

  /** Inside the write of the checkpoint after that step. */
  checkpoint(step: number): TrainerEvent {
    return { kind: 'checkpoint', step, stage: STAGES[this.#between(0, 2)] ?? 'written' };
  }

  /** Inside the evaluation after that step; the sample's has one batch. */
  evaluation(step: number): TrainerEvent {
    return { kind: 'evaluation', step, batch: 1 };
  }
}

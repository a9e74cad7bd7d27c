import { dispose, type Tensor } from '@tensorflow/tfjs-core';
import type { BackendName } from '@trainkit/backend';
import { Dropout } from '@trainkit/dropout';
import { Linear, mseLoss, Sequential } from '@trainkit/nn';
import { AdamW } from '@trainkit/optimizers';
import { manualSeed } from '@trainkit/random';
import { describeBackends } from '@trainkit/testing';
import { expect, it } from 'vitest';
import { type Regression, regression } from '../../fixtures/regression.js';
import {
  decodeState,
  earlyStopping,
  encodeState,
  evaluate,
  Interrupted,
  type Logger,
  Trainer,
} from '../index.js';

const STEPS = 17;

/** The options of a trainer beside the parts of the regression. */
interface Case {
  (parts: Regression): object;
  scheduleFree?: boolean;
}

/** The options of trainers, each with a part that a resume could forget. */
const CASES: Record<string, Case> = {
  'one batch a step': () => ({}),
  'three batches a step': () => ({ accumulate: 3 }),
  'a gradient norm that is measured': () => ({ measure: { every: 4, gradientNorm: true, histograms: true } }),
  'no validation': ({ model, optimizer, batches, state, step }) => ({
    model,
    optimizer,
    batches,
    state,
    step,
    validate: undefined,
    stop: undefined,
  }),
  'early stopping and the best weights': () => ({
    stop: earlyStopping({ metric: 'validation/loss', patience: 1 }),
    restoreBest: true,
  }),
  'averages, early stopping and the best of them': Object.assign(
    () => ({ stop: earlyStopping({ metric: 'validation/loss', patience: 1 }), restoreBest: true }),
    { scheduleFree: true },
  ),
};

/**
 * The results of a run: its last state as bytes, the model's weights after it, and everything that
 * was logged.
 */
interface Remains {
  state: string;
  weights: string;
  result: object;
  lines: string[];
}

async function train(
  change: Case,
  { asynchronous, stopAt, from }: { asynchronous: boolean; stopAt: readonly number[]; from?: Uint8Array },
): Promise<Remains> {
  const { parts, dispose: disposeParts } = regression(
    { earlyStopping, evaluate },
    { asynchronous, scheduleFree: change.scheduleFree ?? false },
  );
  const trainer = new Trainer({ ...parts, ...change(parts) });
  const [next, ...later] = stopAt;
  const controller = new AbortController();
  const lines: string[] = [];
  const log: Logger = {
    train: ({ step, values }) => {
      lines.push(JSON.stringify({ step, values }));
      if (step === next) controller.abort();
    },
    validation: ({ step, values, best }) => lines.push(JSON.stringify({ step, values, best })),
  };
  try {
    if (from) {
      const state = await decodeState(from);
      await trainer.loadStateDict(state);
      disposeTree(state);
    }
    const result = await trainer.fit({ steps: STEPS, checkpointEvery: 3, log, signal: controller.signal });
    const weights = await bytesOf(parts.model.stateDict());
    return { state: hex(await saved(trainer)), weights: hex(weights), result, lines };
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error;
    const rest = await train(change, { asynchronous, stopAt: later, from: await saved(trainer) });
    return { ...rest, lines: [...lines, ...rest.lines] };
  } finally {
    await trainer.dispose();
    disposeParts();
  }
}

async function saved(trainer: { stateDict(): Promise<unknown> }): Promise<Uint8Array> {
  const state = await trainer.stateDict();
  try {
    return await encodeState(state);
  } finally {
    disposeTree(state);
  }
}

function bytesOf(state: object): Promise<Uint8Array> {
  return encodeState(state);
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}

function disposeTree(tree: unknown): void {
  if (typeof tree !== 'object' || tree === null || ArrayBuffer.isView(tree)) return;
  if ('dataId' in tree) dispose(tree as Tensor);
  else Object.values(tree).forEach(disposeTree);
}

/**
 * The steps at which runs are interrupted: all on cpu for two of the cases, else a few. On
 * tensorflow and native every trainer records its step again.
 */
const FEW: Readonly<Record<BackendName, readonly number[]>> = {
  cpu: [5, 9],
  wasm: [5, 16],
  tensorflow: [10],
  native: [5, 12],
};
const THOROUGH = [
  'three batches a step',
  'early stopping and the best weights',
  'averages, early stopping and the best of them',
];
const ALL = Array.from({ length: STEPS - 1 }, (_, i) => i + 1);

describeBackends('a run that is interrupted and resumed', (backend) => {
  it.each(
    [false, true].flatMap((asynchronous) =>
      Object.entries(CASES).map(([name, change]) => ({ name, asynchronous, change })),
    ),
  )('equals one that is not: $name, asynchronous $asynchronous', async ({ name, asynchronous, change }) => {
    const whole = await train(change, { asynchronous, stopAt: [] });
    expect(whole.lines.length).toBeGreaterThan(5);
    for (const step of backend === 'cpu' && THOROUGH.includes(name) ? ALL : FEW[backend]) {
      const resumed = await train(change, { asynchronous, stopAt: [step] });
      expect(resumed, `interrupted after step ${step}`).toEqual(whole);
    }
    expect(await train(change, { asynchronous, stopAt: [2, 5, 6, 13] })).toEqual(whole);
  });
});

describeBackends(
  'a model that draws from the default generator',
  () => {
    /** A run of 8 steps in its own process, interrupted after some. */
    const run = async (stopAt?: number): Promise<string> => {
      manualSeed(5);
      let state: Uint8Array | null = null;
      for (;;) {
        const { parts, dispose: disposeParts } = regression({ earlyStopping, evaluate });
        const model = new Sequential(new Linear(3, 4), new Dropout(0.5), new Linear(4, 1));
        const { batches } = parts;
        const optimizer = new AdamW(model.namedParameters());
        const trainer = new Trainer({
          model,
          optimizer,
          batches,
          state: { batchOrder: parts.state.generator },
          step: ({ inputs, labels }) => ({ loss: mseLoss(model.forward(inputs), labels) }),
        });
        if (state !== null) {
          const tree = await decodeState(state);
          await trainer.loadStateDict(tree);
          disposeTree(tree);
        }
        await trainer.fit({ steps: state === null ? (stopAt ?? 8) : 8 });
        const isDone = state !== null || stopAt === undefined;
        state = await saved(trainer);
        const weights = hex(await bytesOf(model.stateDict()));
        await trainer.dispose();
        optimizer.dispose();
        model.dispose();
        disposeParts();
        if (isDone) return weights + hex(state);
        // The next process has drawn other random numbers.
        manualSeed(6).uniform(3);
      }
    };

    it('resumes to the same bytes, although state does not name it', async () => {
      expect(await run(3)).toBe(await run());
    });
  },
  { backends: ['cpu'] },
);

describeBackends(
  'a trainer in memory',
  () => {
    it.each(Object.entries(CASES))('with more steps equals one run of all steps: %s', async (_, change) => {
      const results = [];
      for (const lengths of [[STEPS], [3, 4, 10, STEPS]]) {
        const { parts, dispose: disposeParts } = regression(
          { earlyStopping, evaluate },
          { scheduleFree: change.scheduleFree ?? false },
        );
        const trainer = new Trainer({ ...parts, ...change(parts) });
        for (const steps of lengths) await trainer.fit({ steps });
        results.push([hex(await saved(trainer)), hex(await bytesOf(parts.model.stateDict()))]);
        await trainer.dispose();
        disposeParts();
      }
      expect(results[1]).toEqual(results[0]);
    });
  },
  { backends: ['cpu'] },
);

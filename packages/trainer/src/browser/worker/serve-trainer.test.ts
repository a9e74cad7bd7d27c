import { describe, expect, expectTypeOf, it } from 'vitest';
import { DivergenceError } from '../../loop/divergence.js';
import { Interrupted } from '../../loop/interrupted.js';
import type { FitOptions } from '../../loop/options.js';
import type { FitResult } from '../../loop/trainer.js';
import { connectTrainer, type TrainingOutcome } from './connect-trainer.js';
import { type ServedTraining, serveTrainer, type TrainerProgram } from './serve-trainer.js';

const RESULT: FitResult = { step: 4, stopped: 'steps', validation: null, best: null };

/** A trainer whose step waits for the event loop; it resumes where it stopped, like a real one. */
function makeTrainer({ fails = null }: { fails?: Error | null } = {}) {
  let step = 0;
  const calls: string[] = [];
  const trainer = {
    async fit({ steps, signal, log }: FitOptions): Promise<FitResult> {
      calls.push(`fit from ${step}`);
      const loggers = [log ?? []].flat();
      const context = {
        step,
        steps,
        validated: false,
        mayHaveValidated: false,
        last: null,
        folder: null,
        state: null,
        warn: () => {},
      };
      for (const logger of loggers) await logger.begin?.(context);
      try {
        while (step < steps) {
          if (signal?.aborted) throw new Interrupted('Interrupted.', { step, reason: signal.reason });
          if (fails !== null && step === 2) throw fails;
          step++;
          for (const logger of loggers) {
            logger.train?.({ step, values: { 'train/loss': 1 / step }, clock: {}, tensors: {} });
          }
          await new Promise((resolve) => setTimeout(resolve, 5));
        }
        return { ...RESULT, step };
      } finally {
        for (const logger of loggers) await logger.end?.({ step, error: null, values: {} });
      }
    },
    async dispose() {
      calls.push('dispose');
    },
  };
  return { trainer, calls };
}

/** Both ends of a channel, in one process. */
function connect<Settings, Output>(program: TrainerProgram<Settings, Output>) {
  const { port1, port2 } = new MessageChannel();
  serveTrainer(program, port1);
  const training = connectTrainer<TrainerProgram<Settings, Output>>(port2);
  return { training, port: port2, close: () => port1.close() };
}

describe('serveTrainer and connectTrainer', () => {
  it('hand the settings over, and result and output back', async () => {
    const { trainer, calls } = makeTrainer();
    const { training, close } = connect(({ steps }: { steps: number }) => ({
      trainer,
      fit: { steps },
      output: ({ step }) => `after ${step}`,
      dispose: () => {
        calls.push('dispose the program’s own');
      },
    }));
    const seen: number[] = [];
    training.on('progress', ({ train }) => seen.push(...train.map(({ step }) => step)));
    const outcome = await training.start({ steps: 4 });
    expect(outcome).toEqual({ type: 'finished', result: RESULT, output: 'after 4' });
    expect(seen).toEqual([1, 2, 3, 4]);
    expect(calls).toEqual(['fit from 0', 'dispose', 'dispose the program’s own']);
    close();
  });

  it('pause, resume and stop', async () => {
    const { trainer, calls } = makeTrainer();
    const { training, close } = connect(() => ({ trainer, fit: { steps: 1000 } }));
    const paused = new Promise<number>((resolve) => training.on('paused', ({ step }) => resolve(step)));
    let stop = () => training.pause();
    training.on('progress', ({ step }) => {
      if (step >= 3) stop();
    });
    const ended = training.start();
    const at = await paused;
    stop = () => training.stop();
    training.resume();
    const outcome = await ended;
    expect(outcome).toMatchObject({ type: 'stopped' });
    expect(calls).toEqual(['fit from 0', `fit from ${at}`, 'dispose']);
    close();
  });

  it('stop a training that is paused', async () => {
    const { trainer } = makeTrainer();
    const { training, close } = connect(() => ({ trainer, fit: { steps: 1000 } }));
    training.on('paused', () => training.stop());
    const ended = training.start();
    training.pause();
    expect(await ended).toMatchObject({ type: 'stopped' });
    close();
  });

  const DIVERGED = {
    step: 3,
    checkpoint: 2,
    checkpointPath: 'runs/a/last.safetensors',
    found: 'train/loss of step 3 is NaN',
    location: null,
  };

  it.each([
    { fails: new DivergenceError('NaN', DIVERGED), fields: DIVERGED },
    { fails: new RangeError('too large'), fields: {} },
  ])('hand $fails.name over as a value', async ({ fails, fields }) => {
    const { trainer } = makeTrainer({ fails });
    const { training, close } = connect(() => ({ trainer, fit: { steps: 4 } }));
    const outcome = await training.start();
    if (outcome.type !== 'failed') throw new Error(`It ended as ${outcome.type}.`);
    const { name, message } = fails;
    expect(outcome.error).toMatchObject({ name, message, ...fields });
    expect(outcome.error instanceof DivergenceError).toBe(fails instanceof DivergenceError);
    close();
  });

  it('report errors of the program, and outputs that no message can carry', async () => {
    const { training, close } = connect((): ServedTraining => {
      throw new TypeError('no data');
    });
    expect(await training.start()).toMatchObject({ type: 'failed', error: { name: 'TypeError' } });
    close();
    const { trainer } = makeTrainer();
    const other = connect(() => ({ trainer, fit: { steps: 1 }, output: () => () => 1 }));
    expect(await other.training.start()).toMatchObject({ type: 'failed', error: { name: 'DataCloneError' } });
    other.close();
  });

  it('start again after an end, and refuse a second start before it', async () => {
    const { training, close } = connect(() => ({ trainer: makeTrainer().trainer, fit: { steps: 2 } }));
    const first = training.start();
    expect(() => training.start()).toThrow('start: this worker is training already.');
    await first;
    expect(await training.start()).toMatchObject({ type: 'finished', result: { step: 2 } });
    close();
  });

  it('leave the messages of others alone', async () => {
    const { training, port, close } = connect(() => ({ trainer: makeTrainer().trainer, fit: { steps: 2 } }));
    for (const message of [null, 'start', { type: 'start' }]) port.postMessage(message);
    expect(await training.start()).toMatchObject({ type: 'finished' });
    close();
  });

  it('refuse a value that is no worker, and unknown events', () => {
    expect(() => connectTrainer({} as never)).toThrow(
      "connectTrainer: worker is [object Object]; expected a Worker. Write new Worker(new URL('./train.worker.js', import.meta.url), { type: 'module' }).",
    );
    const { training, close } = connect(() => ({ trainer: makeTrainer().trainer, fit: { steps: 2 } }));
    expect(() => training.on('pause' as never, () => undefined)).toThrow(
      /^on: name is "pause"; expected begin,/,
    );
    close();
  });

  it('have the types of the program', () => {
    const { training, close } = connect(async (_settings: { seed: number }) => ({
      trainer: makeTrainer().trainer,
      fit: { steps: 1 },
      output: () => new Float32Array(2),
    }));
    expectTypeOf(training.start).parameters.toEqualTypeOf<[{ seed: number }]>();
    expectTypeOf(training.start).returns.resolves.toEqualTypeOf<TrainingOutcome<Float32Array<ArrayBuffer>>>();
    close();
  });
});

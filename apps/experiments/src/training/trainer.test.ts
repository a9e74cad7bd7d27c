import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { useFastestBackend } from '@trainkit/backend';
import { decodeSafetensors } from '@trainkit/safetensors';
import { describeBackends } from '@trainkit/testing';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Dataset, loadData } from '../data.js';
import { performRun, type RunOptions } from '../perform-run.js';
import type { RunDefinition } from '../run-definition.js';
import type { RunResult } from '../run-result.js';
import { UserError } from '../user-error.js';
import type { TrainerEvent } from './trainer.js';

let data: Dataset;
let out: string;
let printed: string;
beforeAll(async () => {
  data = await loadData('sample');
});
beforeEach(() => {
  out = mkdtempSync(join(tmpdir(), 'trainer-'));
  printed = '';
});
afterEach(() => {
  rmSync(out, { recursive: true });
});

/** A small network; the settings decide the rest. */
function run(
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

describeBackends(
  'the trainer',
  (backend) => {
    const perform = async (
      definition: RunDefinition,
      options: Partial<RunOptions> = {},
    ): Promise<RunResult> =>
      performRun(definition, {
        seed: 0n,
        steps: undefined,
        data,
        backend: await useFastestBackend({ prefer: backend }),
        out,
        fresh: false,
        terminal: {
          write: (text) => {
            printed += text;
            return true;
          },
        },
        signal: new AbortController().signal,
        ...options,
      });
    const folder = () => join(out, 'runs/sample/test/small/seed-0');
    const fileOf = (name: string, place = folder()) => readFileSync(join(place, name));
    /** The files that two equal runs have in common, byte for byte. */
    const remains = (place = folder()) =>
      [
        'metrics.jsonl',
        'result.json',
        'model.safetensors',
        'checkpoints/last.safetensors',
        'checkpoints/best.safetensors',
      ].map((name) => [name, createHash('sha256').update(fileOf(name, place)).digest('hex')] as const);

    it('evaluates and saves at its intervals, and at the last step', async () => {
      const events: string[] = [];
      const result = await perform(run({ checkpointEvery: 4 }, { steps: 12 }), {
        onEvent: (event) => {
          if (event.kind === 'evaluation') events.push(`evaluation ${event.step}`);
          if (event.kind === 'checkpoint' && event.stage === 'renamed')
            events.push(`checkpoint ${event.step}`);
        },
      });
      expect(events).toEqual([
        'checkpoint 4',
        'evaluation 5',
        'checkpoint 5',
        'checkpoint 8',
        'evaluation 10',
        'checkpoint 10',
        // Before the evaluation that more steps would not have had here.
        'checkpoint 12',
        'evaluation 12',
      ]);
      expect(result.end).toMatchObject({ step: 12, stoppedEarly: false, test: result.metrics.test.at(-1) });
      expect(
        readdirSync(folder())
          .filter((name) => !name.startsWith('events.'))
          .sort(),
      ).toEqual([
        'activations.json',
        'checkpoints',
        'config.json',
        'environment.json',
        'metrics.jsonl',
        'model.safetensors',
        'result.json',
      ]);
    });

    it('goes on with more steps as if they had been meant from the start, schedules too', async () => {
      const settings = {
        warmupSteps: 3,
        schedule: { kind: 'cosine', steps: 20 },
        momentum: 0.9,
        dropout: 0.1,
      } as const;
      for (const evaluateEvery of [5, null]) {
        const whole = run(settings, { steps: 17, evaluateEvery });
        await perform(whole);
        const expected = remains();
        rmSync(join(out, 'runs'), { recursive: true });
        for (const length of [4, 12, 17]) await perform(run(settings, { steps: length, evaluateEvery }));
        expect(remains()).toEqual(expected);
        rmSync(join(out, 'runs'), { recursive: true });
      }
      await perform(run(settings, { steps: 4 }));
      await expect(perform(run(settings, { steps: 3 }))).rejects.toThrow('maxSteps was 4 and is now 3.');
      await expect(perform(run({ ...settings, dropout: 0.2 }, { steps: 9 }))).rejects.toThrow(
        'dropout was 0.1 and is now 0.2.',
      );
    });

    it.each<TrainerEvent['kind']>(['step', 'evaluation'])(
      'ends at Ctrl-C in a %s with a checkpoint and the command that resumes it, and goes on to the same bytes',
      async (kind) => {
        const definition = run({ dropout: 0.2 }, { steps: 12 });
        await perform(definition);
        const expected = remains();
        rmSync(join(out, 'runs'), { recursive: true });
        const controller = new AbortController();
        const stopped = perform(definition, {
          signal: controller.signal,
          onEvent: (event) => {
            if (event.kind === kind && event.step >= 4) controller.abort('SIGINT');
            // The loop looks for signals every 50 ms: let them pass.
            Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 30);
          },
        });
        await expect(stopped).rejects.toThrow(
          new RegExp(`^Interrupted test/small .* of 12\\. Go on with: experiments resume ${folder()}$`),
        );
        await expect(stopped).rejects.toMatchObject({ exitCode: 130 });
        await perform(definition);
        expect(printed).toMatch(/test\/small {2}goes on after step \d+, from .*last\.safetensors\n/);
        expect(remains()).toEqual(expected);
      },
    );

    it('stops early, and gives back the best weights whoever stopped', async () => {
      // A rate that overshoots: the test loss rises soon.
      const settings = { learningRate: 3, normalization: 'none', earlyStopping: { patience: 2 } } as const;
      const early = await perform(run(settings, { steps: 100, evaluateEvery: 1 }));
      const { test } = early.metrics;
      const best = test.reduce((a, b) => (b.test_loss < a.test_loss ? b : a));
      expect(early.end).toEqual({ step: best.step + 2, stoppedEarly: true, test: best, best });
      expect(decodeSafetensors(fileOf('model.safetensors')).tensors).toEqual(
        decodeSafetensors(fileOf('checkpoints/best.safetensors')).tensors,
      );
      // With more steps it is finished all the same.
      expect((await perform(run(settings, { steps: 200, evaluateEvery: 1 }))).end).toEqual(early.end);
      rmSync(join(out, 'runs'), { recursive: true });

      const cut = await perform(run(settings, { steps: best.step + 1, evaluateEvery: 1 }));
      expect(cut.end).toEqual({ step: best.step + 1, stoppedEarly: false, test: best, best });
      expect(decodeSafetensors(fileOf('model.safetensors')).tensors).toEqual(
        decodeSafetensors(fileOf('checkpoints/best.safetensors')).tensors,
      );
    });

    it('goes on from the previous checkpoint where the last is damaged, and says so', async () => {
      const definition = run({}, { steps: 12 });
      await perform(definition);
      const whole = remains();
      rmSync(join(folder(), 'result.json'));
      truncateSync(join(folder(), 'checkpoints/last.safetensors'), 500);
      await perform(definition);
      expect(printed).toMatch(
        /The checkpoint .*last\.safetensors cannot be used: it is truncated or damaged .*\n/,
      );
      expect(printed).toContain('goes on after step 10');
      expect(remains()).toEqual(whole);
      rmSync(join(folder(), 'result.json'));
      for (const name of ['last', 'previous'])
        truncateSync(join(folder(), `checkpoints/${name}.safetensors`), 500);
      await expect(perform(definition)).rejects.toThrow(
        /last.* cannot be used.*previous.* cannot be used.*Make the run anew with --fresh\./,
      );
    });

    it('warns where the run was begun elsewhere', async () => {
      const definition = run({}, { steps: 12 });
      await perform(run({}, { steps: 5 }));
      const report = await useFastestBackend({ prefer: backend });
      const elsewhere = {
        ...report,
        threads: report.threads + 7,
        versions: { ...report.versions, tfjs: '4.0.0' },
      };
      await perform(definition, { backend: elsewhere });
      expect(printed).toContain(
        `Warning: this run was begun elsewhere: tfjs ${report.versions.tfjs} before and 4.0.0 now; number of threads ` +
          `${report.threads} before and ${report.threads + 7} now. It goes on, but its numbers may differ in their last bits`,
      );
      const environment: unknown = JSON.parse(fileOf('environment.json').toString());
      expect(environment).toMatchObject({
        sessions: [{ from: 0 }, { from: 5, backend: { versions: { tfjs: '4.0.0' } } }],
      });
    });

    describe('where the loss is not finite, which TensorFlow.js passes over,', () => {
      const exploding = { learningRate: 1e38, normalization: 'none' } as const;

      it('names step and layer, and leaves no tensor', async () => {
        const made = perform(run(exploding, { steps: 10 }));
        await expect(made).rejects.toThrow(
          /^test\/small diverged: the (train loss of step 2|test loss after step 5) is (NaN|Infinity); the (output of [135] \(Linear\)|parameter \d\.weight) is (NaN|infinite)\. There is no checkpoint from before\. Try a smaller learningRate, or clipGradNorm\.$/,
        );
        await expect(made).rejects.toThrow(UserError);
        expect(readdirSync(folder())).not.toContain('result.json');
      });

      it('says so at Ctrl-C too, where the step before it broke a weight', async () => {
        const controller = new AbortController();
        const made = perform(
          run(
            { ...exploding, learningRate: 3e38, momentum: 0.9, checkpointEvery: 100 },
            { steps: 50, evaluateEvery: null },
          ),
          {
            signal: controller.signal,
            onEvent: () => {
              controller.abort('SIGINT');
              Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 60);
            },
          },
        );
        // Whether the very first update overflows is the backend's affair; either way it is a sentence.
        await expect(made).rejects.toThrow(UserError);
        await expect(made).rejects.toThrow(
          /^(test\/small diverged: the |Interrupted test\/small after step 1 )/,
        );
      });

      it('names the last good checkpoint, which stays, and goes wrong in the same place when it is resumed', async () => {
        const definition = run({ ...exploding, checkpointEvery: 1 }, { steps: 10 });
        const attempts = [];
        for (let i = 0; i < 2; i++) {
          const made = perform(definition);
          await expect(made).rejects.toThrow(
            `The last good checkpoint is that of step 1: ${join(folder(), 'checkpoints/last.safetensors')}.`,
          );
          attempts.push([await made.catch(String), fileOf('metrics.jsonl').toString()]);
        }
        expect(attempts[1]).toEqual(attempts[0]);
      });
    });
  },
  { backends: ['wasm', 'tensorflow'] },
);

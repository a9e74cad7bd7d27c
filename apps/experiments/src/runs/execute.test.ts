import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { useFastestBackend } from '@trainkit/backend';
import { decodeSafetensors } from '@trainkit/safetensors';
import { describeBackends } from '@trainkit/testing';
import { expect, it } from 'vitest';
import { scratch } from '../testing/scratch.js';
import { executeSmall, smallRun } from '../testing/small-run.js';
import type { TrainerEvent } from '../training/trainer.js';
import type { ExecuteOptions } from './execute.js';
import { movedFolder } from './files.js';
import type { RunDefinition } from './run.js';

const context = scratch('execute-');

describeBackends(
  'the training of a run',
  (backend) => {
    const perform = (definition: RunDefinition, options?: Partial<ExecuteOptions>) =>
      executeSmall(definition, { context, backend }, options);
    const folder = () => join(context.out, 'runs/sample/test/small/seed-0');
    const fileOf = (name: string) => readFileSync(join(folder(), name));
    /** Returns the digests of the files that are equal in two equal runs. */
    const remains = () =>
      [
        'metrics.jsonl',
        'result.json',
        'model.safetensors',
        'checkpoints/last.safetensors',
        'checkpoints/best.safetensors',
      ].map((name) => [name, createHash('sha256').update(fileOf(name)).digest('hex')] as const);

    it('evaluates and saves at its intervals, and at the last step', async () => {
      const events: string[] = [];
      const result = await perform(smallRun({ checkpointEvery: 4 }, { steps: 12 }), {
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
        // Before the evaluation, which a longer run would not have here.
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
        'predictions.json',
        'result.json',
      ]);
    });

    it('continues with more steps as a run of that length from the start, including schedules', async () => {
      const settings = {
        warmupSteps: 3,
        schedule: { kind: 'cosine', steps: 20 },
        momentum: 0.9,
        dropout: 0.1,
      } as const;
      for (const evaluateEvery of [5, null]) {
        const whole = smallRun(settings, { steps: 17, evaluateEvery });
        await perform(whole);
        const expected = remains();
        rmSync(join(context.out, 'runs'), { recursive: true });
        for (const length of [4, 12, 17]) await perform(smallRun(settings, { steps: length, evaluateEvery }));
        expect(remains()).toEqual(expected);
        rmSync(join(context.out, 'runs'), { recursive: true });
      }
      await perform(smallRun(settings, { steps: 4 }));
      await expect(perform(smallRun(settings, { steps: 3 }))).rejects.toThrow('maxSteps was 4 and is now 3.');
      await expect(perform(smallRun({ ...settings, dropout: 0.2 }, { steps: 9 }))).rejects.toThrow(
        'dropout was 0.1 and is now 0.2.',
      );
    });

    it.each<TrainerEvent['kind']>(['step', 'evaluation'])(
      'ends at Ctrl-C in a %s with a checkpoint and the command that resumes it, to the same bytes',
      async (kind) => {
        const definition = smallRun({ dropout: 0.2 }, { steps: 12 });
        await perform(definition);
        const expected = remains();
        rmSync(join(context.out, 'runs'), { recursive: true });
        const controller = new AbortController();
        const stopped = perform(definition, {
          signal: controller.signal,
          onEvent: (event) => {
            if (event.kind === kind && event.step >= 4) controller.abort('SIGINT');
            // The loop checks for signals every 50 ms: wait for the next check.
            Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 30);
          },
        });
        await expect(stopped).rejects.toThrow(
          new RegExp(
            `^Interrupted test/small .* of 12\\. Resume it with: npx --yes pnpm@12 experiments resume ${folder()}$`,
          ),
        );
        await expect(stopped).rejects.toMatchObject({ exitCode: 130 });
        await perform(definition);
        expect(context.printed).toMatch(/test\/small {2}goes on after step \d+, from .*last\.safetensors\n/);
        expect(remains()).toEqual(expected);
      },
    );

    it('stops early, and restores the best weights after any end', async () => {
      // A learning rate that overshoots, so that the test loss rises soon.
      const settings = { learningRate: 3, normalization: 'none', earlyStopping: { patience: 2 } } as const;
      const early = await perform(smallRun(settings, { steps: 100, evaluateEvery: 1 }));
      const { test } = early.metrics;
      const best = test.reduce((a, b) => (b.test_loss < a.test_loss ? b : a));
      expect(early.end).toEqual({ step: best.step + 2, stoppedEarly: true, test: best, best });
      expect(decodeSafetensors(fileOf('model.safetensors')).tensors).toEqual(
        decodeSafetensors(fileOf('checkpoints/best.safetensors')).tensors,
      );
      // With more steps it is still finished.
      expect((await perform(smallRun(settings, { steps: 200, evaluateEvery: 1 }))).end).toEqual(early.end);
      rmSync(join(context.out, 'runs'), { recursive: true });

      const cut = await perform(smallRun(settings, { steps: best.step + 1, evaluateEvery: 1 }));
      expect(cut.end).toEqual({ step: best.step + 1, stoppedEarly: false, test: best, best });
      expect(decodeSafetensors(fileOf('model.safetensors')).tensors).toEqual(
        decodeSafetensors(fileOf('checkpoints/best.safetensors')).tensors,
      );
    });

    it('resumes from the previous checkpoint if the last is damaged, and reports it', async () => {
      const definition = smallRun({}, { steps: 12 });
      await perform(definition);
      const whole = remains();
      rmSync(join(folder(), 'result.json'));
      truncateSync(join(folder(), 'checkpoints/last.safetensors'), 500);
      await perform(definition);
      expect(context.printed).toMatch(
        /The checkpoint .*last\.safetensors cannot be used: it is truncated or damaged .*\n/,
      );
      expect(context.printed).toContain('goes on after step 10');
      expect(remains()).toEqual(whole);
      rmSync(join(folder(), 'result.json'));
      for (const name of ['last', 'previous'])
        truncateSync(join(folder(), `checkpoints/${name}.safetensors`), 500);
      await expect(perform(definition)).rejects.toThrow(
        /last.* cannot be used.*previous.* cannot be used.*Replace the run with `run … --fresh`\./,
      );
    });

    it('ends if its folder is moved away, and resumes there to the same bytes', async () => {
      const definition = smallRun({ dropout: 0.2 }, { steps: 12 });
      await perform(definition);
      const whole = remains();
      rmSync(join(context.out, 'runs'), { recursive: true });
      const away = join(context.out, 'away');
      const moved = perform(definition, {
        onEvent: (event) => {
          if (event.kind === 'step' && event.step === 7) renameSync(folder(), away);
        },
      });
      await expect(moved).rejects.toThrow(movedFolder(folder()).message);
      expect(existsSync(folder())).toBe(false);
      renameSync(away, folder());
      await perform(definition);
      expect(remains()).toEqual(whole);
    });

    it('reports that it starts again if there was no checkpoint', async () => {
      const definition = smallRun({ dropout: 0.2 }, { steps: 12 });
      await perform(definition);
      const whole = remains();
      for (const name of ['result.json', 'checkpoints']) rmSync(join(folder(), name), { recursive: true });
      await perform(definition);
      expect(context.printed).toContain(
        'test/small  starts again: it reached step 12 but has no checkpoint\n',
      );
      expect(remains()).toEqual(whole);
    });

    it('restores a lost model from its checkpoint', async () => {
      const definition = smallRun({ dropout: 0.2 }, { steps: 12 });
      await perform(definition);
      const whole = remains();
      rmSync(join(folder(), 'model.safetensors'));
      await perform(definition);
      expect(context.printed).toContain('goes on after step 12');
      expect(remains()).toEqual(whole);
      // Without either file, the result is still there.
      for (const name of ['model.safetensors', 'checkpoints'])
        rmSync(join(folder(), name), { recursive: true });
      const { end } = await perform(definition);
      expect(end.step).toBe(12);
      expect(existsSync(join(folder(), 'model.safetensors'))).toBe(false);
    });

    it('warns if the run was started in another environment', async () => {
      const definition = smallRun({}, { steps: 12 });
      await perform(smallRun({}, { steps: 5 }));
      const report = await useFastestBackend({ prefer: backend });
      const elsewhere = {
        ...report,
        threads: report.threads + 7,
        versions: { ...report.versions, tfjs: '4.0.0' },
      };
      await perform(definition, { backend: elsewhere });
      expect(context.printed).toContain(
        `Warning: this run was started in another environment: versions.tfjs was "${report.versions.tfjs}" and is now "4.0.0"; ` +
          `threads was ${report.threads} and is now ${report.threads + 7}. It continues, but its numbers may differ in the last bits`,
      );
      const environment: unknown = JSON.parse(fileOf('environment.json').toString());
      expect(environment).toMatchObject({
        sessions: [{ from: 0 }, { from: 5, backend: { versions: { tfjs: '4.0.0' } } }],
      });
    });
  },
  // The trainer's own suite runs on every backend.
  { backends: ['wasm', 'native'] },
);

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { decodeSafetensors, type SafeTensor } from '@trainkit/safetensors';
import { describePython } from '@trainkit/testing/python';
import { describeTensorBoard, type Point } from '@trainkit/testing/tensorboard';
import { describe, expect, it } from 'vitest';
import { shortRun, trainWithKills } from '../testing/killing.js';
import { readMetrics } from './metrics-file.js';

const RUN = shortRun({ normalization: 'batchnorm' }, { steps: 25, evaluateEvery: 10, checkpointEvery: 7 });
const order = { run: RUN, seed: '1', backend: 'wasm' } as const;

const sum = ({ data }: SafeTensor) => [...data].reduce<number>((total, value) => total + Number(value), 0);

describePython("Python's safetensors", ['safetensors', 'numpy'], (python) => {
  it('opens the checkpoints and the model of a run', async () => {
    await trainWithKills(order, [], (folder) => {
      const paths = ['checkpoints/last', 'checkpoints/previous', 'checkpoints/best', 'model'].map((name) =>
        join(folder, `${name}.safetensors`),
      );
      const script = fileURLToPath(new URL('../testing/read_files.py', import.meta.url));
      const seen: unknown = JSON.parse(python(script, { args: paths }));
      const dtypes = { F32: 'float32', I32: 'int32', I64: 'int64' } as const;
      expect(seen).toEqual(
        paths.map((path) => {
          const { tensors, metadata } = decodeSafetensors(readFileSync(path));
          return {
            tensors: Object.fromEntries(
              Object.entries(tensors).map(([name, tensor]) => [
                name,
                [Reflect.get(dtypes, tensor.dtype), tensor.shape, expect.closeTo(sum(tensor), 3)],
              ]),
            ),
            metadata: Object.keys(metadata).sort(),
          };
        }),
      );
    });
  });
});

describeTensorBoard('the real TensorBoard', (tensorboard) => {
  const KILLS = [
    { kind: 'step', step: 5 },
    { kind: 'checkpoint', step: 7, stage: 'written' },
    { kind: 'evaluation', step: 10, batch: 1 },
    { kind: 'step', step: 19 },
    { kind: 'evaluation', step: 25, batch: 1 },
  ] as const;

  describe.each([
    ['a run', []],
    ['a run that was killed five times', KILLS],
  ])('shows of %s', (_what, kills) => {
    it('every line of its metrics once, and the histograms', async () => {
      await trainWithKills(order, kills, (folder) => {
        const { train, test } = readMetrics(join(folder, 'metrics.jsonl'));
        const { files, loaded } = tensorboard.read(folder);
        for (const { error } of Object.values(files)) expect(error ?? null).toBeNull();
        for (const loader of Object.values(loaded)) {
          const run = loader['.'] ?? {};
          const points = (tag: string): readonly Point[] => run[tag] ?? [];
          const close = (value: number) => expect.closeTo(value, 5);
          const trainTags = {
            'loss/train': 'train_loss',
            'accuracy/train': 'train_accuracy',
            'monitor/learning_rate': 'learning_rate',
          } as const;
          for (const [tag, key] of Object.entries(trainTags))
            expect(points(tag)).toEqual(train.map((line) => [line.step, close(line[key])]));
          const testTags = { 'loss/test': 'test_loss', 'accuracy/test': 'test_accuracy' } as const;
          for (const [tag, key] of Object.entries(testTags))
            expect(points(tag)).toEqual(test.map((line) => [line.step, close(line[key])]));
          const measured = train.filter((line) => line.gradient_norm !== undefined);
          expect(points('monitor/gradient_norm').map(([step]) => step)).toEqual(
            measured.map(({ step }) => step),
          );
          expect(points('parameters/weights/1.weight').map(([step]) => step)).toEqual([10, 20, 25]);
          expect(points('accuracy/final')).toEqual([[25, close(test.at(-1)?.test_accuracy ?? 0)]]);
          expect(points('predictions/confusion').map(([step]) => step)).toEqual([25]);
        }
      });
    });
  });
});

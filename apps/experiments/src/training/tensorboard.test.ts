import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeTensorBoard, readEventFiles } from '@trainkit/testing/tensorboard';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Predictions } from '../model/prediction-summary.js';
import { testConfig } from '../testing/run-config.js';
import { hparamsOf, logConfig, logOutcome, tagOf } from './tensorboard.js';

let folder: string;
let printed: string;
const terminal = {
  write: (text: string) => {
    printed += text;
    return true;
  },
};
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'board-'));
  printed = '';
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const config = testConfig({ run: 'mine/a', seed: 7, schedule: { kind: 'cosine', steps: 9 }, maxSteps: 20 });
const pixels = Buffer.alloc(784, 128).toString('base64');
const predictions: Predictions = {
  confusion: [
    [3, 1],
    [0, 0],
  ],
  examples: [
    { index: 0, label: 0, predicted: 0, probability: 0.75, pixels },
    { index: 1, label: 1, predicted: 0, probability: 0.5, pixels },
  ],
};
const end = { step: 20, test: { step: 20, test_loss: 0.5, test_accuracy: 0.75 } };

const events = () =>
  Object.values(readEventFiles(folder)).flatMap((file) =>
    file.events.flatMap(({ step, values = [] }) => values.map((value) => ({ step, ...value }))),
  );

describe('tagOf', () => {
  it('sorts losses and accuracies before everything else', () => {
    const names = [
      'train/learning_rate',
      'weights/1.weight',
      'validation/loss',
      'train/steps_per_second',
      'train/loss',
      'gradients/1.weight',
      'validation/accuracy',
      'train/accuracy',
      'train/gradient_norm',
    ];
    expect(names.map(tagOf).sort()).toEqual([
      'accuracy/test',
      'accuracy/train',
      'loss/test',
      'loss/train',
      'monitor/gradient_norm',
      'monitor/learning_rate',
      'monitor/steps_per_second',
      'parameters/gradients/1.weight',
      'parameters/weights/1.weight',
    ]);
  });
});

it('hparamsOf: numbers stay numbers, everything else is a text', () => {
  expect(hparamsOf(config)).toMatchObject({
    seed: 7,
    learningRate: 3e-4,
    hiddenSizes: '512-512-512-512',
    schedule: 'cosine (steps 9, end 0)',
    clipGradNorm: 'none',
    data: 'full',
    trainImages: 60000,
  });
  expect(hparamsOf(config)).not.toHaveProperty('run');
});

it('logs the config as a text at the start alone', async () => {
  await logConfig(folder, { config, step: 4, terminal });
  expect(events()).toEqual([]);
  await logConfig(folder, { config, step: 0, terminal });
  const [text, ...others] = events();
  expect(others).toEqual([]);
  expect(text).toMatchObject({ step: 0, tag: 'config', plugin: 'text' });
  expect(JSON.stringify(text?.value)).toMatch(/\| setting \| value \|.*\| learningRate \| 0\.0003 \|/);
});

it('logs hyperparameters, final metrics, images of predictions and their names', async () => {
  await logOutcome(folder, { config, end, predictions, terminal });
  expect(events().map(({ step, tag, kind }) => [step, tag, kind])).toEqual([
    [0, '_hparams_/experiment', 'tensor'],
    [0, '_hparams_/session_start_info', 'tensor'],
    [0, '_hparams_/session_end_info', 'tensor'],
    [20, 'accuracy/final', 'simple_value'],
    [20, 'loss/final', 'simple_value'],
    [20, 'predictions/right', 'image'],
    [20, 'predictions/wrong', 'image'],
    [20, 'predictions/confusion', 'image'],
    [20, 'predictions', 'tensor'],
  ]);
  const text = JSON.stringify(events().at(-1)?.value);
  expect(text).toContain('| right 1 | T-shirt/top | T-shirt/top | 75 % |');
  expect(text).toContain('| wrong 1 | Trouser | T-shirt/top | 50 % |');
  expect(printed).toBe('');
});

it('omits an image without garments, and warns about a folder that it cannot write', async () => {
  await logOutcome(folder, { config, end, predictions: { ...predictions, examples: [] }, terminal });
  expect(events().filter(({ kind }) => kind === 'image')).toHaveLength(1);
  const file = join(folder, 'file');
  writeFileSync(file, '');
  await logOutcome(join(file, 'below'), { config, end, predictions, terminal });
  expect(printed).toMatch(/^Warning: TensorBoard will lack a part of this run: .+\n$/);
  expect(existsSync(join(file, 'below'))).toBe(false);
});

describeTensorBoard('the real TensorBoard', (tensorboard) => {
  it('shows the HParams table, the texts and the images', async () => {
    await logConfig(folder, { config, step: 0, terminal });
    await logOutcome(folder, { config, end, predictions, terminal });
    const { files, loaded } = tensorboard.read(folder);
    for (const { error } of Object.values(files)) expect(error ?? null).toBeNull();
    for (const loader of Object.values(loaded)) {
      const run = loader['.'] ?? {};
      expect(Object.keys(run)).toEqual(
        expect.arrayContaining([
          'accuracy/final',
          'loss/final',
          'predictions/right',
          'predictions/confusion',
        ]),
      );
      expect(run['accuracy/final']).toEqual([[20, 0.75]]);
    }
  });
});

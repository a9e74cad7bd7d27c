import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type LogContext, Trainer } from '../index.js';
import { jsonLines } from './json-lines.js';
import { progress } from './progress.js';
import { tensorboard } from './tensorboard.js';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lines-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function context(changes: Partial<LogContext> = {}): LogContext {
  const nothing = {
    step: 0,
    steps: 9,
    validated: false,
    mayHaveValidated: false,
    last: null,
    state: null,
    warn: () => undefined,
  };
  return { ...nothing, folder, ...changes };
}

const text = () => readFileSync(join(folder, 'metrics.jsonl'), 'utf8');

it('truncates to the part that the checkpoint covers, including a torn line', () => {
  const first = jsonLines();
  first.begin(context());
  first.train({ step: 1, values: { 'train/loss': Number.NaN } });
  first.validation({ step: 1, values: { 'validation/loss': 0.5 } });
  first.flush();
  const state = first.state();
  first.train({ step: 2, values: { 'train/loss': 0.25 } });
  first.end();
  writeFileSync(join(folder, 'metrics.jsonl'), `${text()}{"step":3,`);
  const second = jsonLines();
  second.begin(context({ step: 1, state }));
  second.train({ step: 2, values: { 'train/loss': 0.125 } });
  second.end();
  expect(text()).toBe(
    '{"step":1,"train/loss":null}\n{"step":1,"validation/loss":0.5}\n{"step":2,"train/loss":0.125}\n',
  );
});

it('keeps the SHA-256 of the written lines, and refuses a number that was changed at the same length', () => {
  const first = jsonLines();
  first.begin(context());
  first.train({ step: 1, values: { 'train/loss': 0.5 } });
  const state = first.state();
  expect(state).toEqual({ bytes: 28, sha256: createHash('sha256').update(text()).digest('hex') });
  first.train({ step: 2, values: { 'train/loss': 0.25 } });
  first.end();
  const written = text();
  const go = (changes: Partial<LogContext> = {}) => {
    const log = jsonLines();
    log.begin(context({ step: 1, state, ...changes }));
    return log;
  };
  writeFileSync(join(folder, 'metrics.jsonl'), written.replace('0.5', '0.4'));
  expect(() => go()).toThrow(
    /metrics\.jsonl was changed after the run's last checkpoint: the SHA-256 of its first 28 bytes is [0-9a-f]{64}; expected [0-9a-f]{64}\. Restore it, or name another folder\.$/,
  );
  expect(text()).toBe(written.replace('0.5', '0.4'));
  // The checkpoint of an earlier release has no digest.
  const earlier = go({ state: { bytes: 28 } });
  earlier.end();
  // The lines that the checkpoint does not cover are written again.
  writeFileSync(join(folder, 'metrics.jsonl'), written.replace('0.25', '0.75'));
  const log = go();
  log.train({ step: 2, values: { 'train/loss': 0.25 } });
  expect(text()).toBe(written);
  expect(log.state().sha256).toBe(createHash('sha256').update(written).digest('hex'));
  log.end();
});

it.each(['notes.jsonl', 'a/b.jsonl'])(
  'sets a file of one’s own aside that is in the folder before the first checkpoint: %s',
  (path) => {
    mkdirSync(join(folder, 'a'));
    const warnings: string[] = [];
    for (const [round, mine] of ['mine', 'mine too'].entries()) {
      writeFileSync(join(folder, path), mine);
      const log = jsonLines({ path });
      log.begin(context({ warn: (message) => void warnings.push(message) }));
      log.train({ step: 1, values: {} });
      log.end();
      expect(readFileSync(join(folder, path), 'utf8')).toBe('{"step":1}\n');
      const aside = join(folder, `${path}.set-aside-${round + 1}`);
      expect(readFileSync(aside, 'utf8')).toBe(mine);
      expect(warnings[round]).toBe(
        `${join(folder, path)} is there before the run's first checkpoint. It is kept as ${aside}.`,
      );
    }
  },
);

it.each(['config.json', 'checkpoints/last.safetensors', './a/../result.json'])(
  'refuses the name of a file that the run writes: %s',
  (path) => {
    writeFileSync(join(folder, 'config.json'), '{}');
    expect(() => jsonLines({ path }).begin(context())).toThrow(
      "expected no file that the run itself writes. Write 'metrics.jsonl'.",
    );
    expect(readFileSync(join(folder, 'config.json'), 'utf8')).toBe('{}');
  },
);

it('makes lines of one’s own, and reads scalar tensors', async () => {
  await tf.setBackend('cpu');
  const log = jsonLines({
    train: ({ step, values }) => ({ at: step, loss: values['loss'] }),
    validation: () => null,
  });
  log.begin(context());
  const [loss, wide] = [tf.scalar(0.5), tf.ones([2])];
  log.train({ step: 7, values: { loss } });
  log.validation({ step: 7, values: { loss } });
  expect(() => log.train({ step: 8, values: { wide } })).toThrow(
    'log: wide is a float32 tensor of shape [2]; expected a number or a scalar tensor.',
  );
  log.end();
  tf.dispose([loss, wide]);
  expect(text()).toBe('{"at":7,"loss":0.5}\n');
});

it('leaves a file outside of the run’s folder that may be another run’s', () => {
  const path = join(folder, 'shared.jsonl');
  writeFileSync(path, '{"step":1}\n');
  const run = join(folder, 'run');
  for (const shared of [path, '../shared.jsonl']) {
    expect(() => jsonLines({ path: shared }).begin(context({ folder: run }))).toThrow(
      "exists, and no checkpoint says that it is this run's.",
    );
  }
  expect(readFileSync(path, 'utf8')).toBe('{"step":1}\n');
});

it('restarts if a run without a checkpoint restarts', () => {
  writeFileSync(join(folder, 'metrics.jsonl'), '{"step":1}\n');
  const log = jsonLines();
  log.begin(context());
  log.end();
  expect(text()).toBe('');
});

it.each([
  [{ folder: null }, 'jsonLines: there is no run folder; expected one to write metrics.jsonl to.'],
  [{ step: 3 }, "exists, and no checkpoint says that it is this run's."],
  [{ step: 3, state: { bytes: 100 } }, 'lacks lines that the run has logged before its last checkpoint.'],
  [{ step: 3, state: { bytes: 4 } }, 'lacks lines that the run has logged before its last checkpoint.'],
])('refuses a file that is not the run’s: %j', (changes, message) => {
  writeFileSync(join(folder, 'metrics.jsonl'), '{"step":1}\n');
  expect(() => jsonLines().begin(context(changes))).toThrow(message);
  expect(text()).toBe('{"step":1}\n');
});

it.each([
  jsonLines({ path: 'unused.jsonl' }),
  tensorboard({ path: 'unused' }),
  progress({ terminal: { write: () => undefined } }),
])('%o refuses events before its begin, which would be lost', (log) => {
  const event = { step: 1, values: { 'train/loss': 1 } };
  expect(() => log.train(event)).toThrow(/train was called before begin, .*expected begin first/);
  expect(() => log.validation(event)).toThrow('validation was called before begin');
});

it('serves a loop of one’s own that says nothing but its step', () => {
  const path = join(folder, 'own.jsonl');
  const log = jsonLines({ path });
  log.begin();
  log.train({ step: 1, values: { 'train/loss': 0.5 } });
  log.end();
  expect(readFileSync(path, 'utf8')).toBe('{"step":1,"train/loss":0.5}\n');
});

it('restores the last checkpoint after a fit in memory that failed beyond it', async () => {
  const path = join(folder, 'memory.jsonl');
  const weight = tf.variable(tf.scalar(1));
  const optimizer = tf.train.sgd(0.1);
  const step = () => tf.square(weight);
  let failures = 1;
  const failing = {
    train: ({ step }: { step: number }) => {
      if (step === 3 && failures-- > 0) throw new Error('failed');
    },
  };
  const trainer = new Trainer({ model: weight, optimizer, batches: [{}], step });
  const again = () => trainer.fit({ steps: 4, checkpointEvery: 2, log: [jsonLines({ path }), failing] });
  await expect(again()).rejects.toThrow('failed');
  await again();
  const lines = readFileSync(path, 'utf8').trim().split('\n');
  expect(lines.map((line) => JSON.parse(line).step)).toEqual([1, 2, 3, 4]);
  await trainer.dispose();
  weight.dispose();
});

it('names two that would write one file', async () => {
  const weight = tf.variable(tf.scalar(1));
  const trainer = new Trainer({
    model: weight,
    optimizer: tf.train.sgd(0.1),
    batches: [{}],
    step: () => tf.square(weight),
  });
  const path = join(folder, 'two.jsonl');
  await expect(trainer.fit({ steps: 1, log: [jsonLines({ path }), jsonLines({ path })] })).rejects.toThrow(
    'fit: two loggers have the name',
  );
  await trainer.dispose();
  weight.dispose();
});

it('reports that its file was moved away', () => {
  const log = jsonLines();
  log.begin(context());
  rmSync(join(folder, 'metrics.jsonl'));
  expect(() => log.flush()).toThrow('was moved or removed while the run wrote to it');
  log.end();
});

it('is continued by a second fit in memory', async () => {
  await tf.setBackend('cpu');
  const weight = tf.tidy(() => tf.variable(tf.scalar(0)));
  const x = tf.tensor1d([1, 2]);
  const trainer = new Trainer({
    model: { weight },
    optimizer: tf.train.sgd(0.1),
    batches: [{ x }],
    step: (batch) => ({ loss: tf.mean<tf.Scalar>(tf.square(tf.sub(tf.mul(batch.x, weight), batch.x))) }),
  });
  const path = join(folder, 'metrics.jsonl');
  for (const steps of [2, 5]) await trainer.fit({ steps, log: jsonLines({ path }) });
  expect(
    text()
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).step),
  ).toEqual([1, 2, 3, 4, 5]);
  await trainer.dispose();
  tf.dispose([weight, x]);
});

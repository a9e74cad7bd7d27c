import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { readEventFiles } from '@trainkit/testing/tensorboard';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { regression } from '../../fixtures/regression.js';
import { earlyStopping, evaluate, type FitOptions, type LogContext, RunError, Trainer } from '../index.js';
import { FileStore, jsonLines, progress, runFolder, tensorboard, type WriteStage } from './index.js';

let path = '';
beforeEach(async () => {
  path = join(mkdtempSync(join(tmpdir(), 'store-')), 'run');
  await tf.setBackend('cpu');
});
afterEach(() => {
  rmSync(join(path, '..'), { recursive: true });
});

const bytes = (...values: readonly number[]) => Uint8Array.from(values);

describe('FileStore', () => {
  it('keeps the old file under its other name', async () => {
    const store = new FileStore(path);
    expect(await store.read('a/x.bin')).toBeNull();
    await store.write('a/x.bin', bytes(1));
    await store.write('a/x.bin', bytes(2), { keep: 'a/old.bin' });
    expect([...((await store.read('a/x.bin')) ?? [])]).toEqual([2]);
    expect([...((await store.read('a/old.bin')) ?? [])]).toEqual([1]);
  });

  it.each([
    ['a checkpoint that is a link to nothing', 'checkpoints/last.safetensors', 'is a broken link'],
    ['a folder of checkpoints whose disk is not mounted', 'checkpoints', 'is a broken link'],
    ['a config that cannot be reached', 'config.json', 'ELOOP'],
  ])('does not treat %s as absence: the run does not restart', async (_, name, message) => {
    const train = async (steps: number) => {
      const { parts, dispose } = regression({ earlyStopping, evaluate });
      const trainer = new Trainer(parts);
      const folder = runFolder(path, { config: { a: 1 } });
      try {
        return await trainer.fit({ steps, folder });
      } finally {
        await trainer.dispose();
        dispose();
      }
    };
    await train(4);
    const link = join(path, name);
    rmSync(link, { recursive: true });
    symlinkSync(message === 'ELOOP' ? link : join(path, 'unmounted'), link);
    await expect(train(8)).rejects.toThrow(message);
    expect(JSON.parse(readFileSync(join(path, 'result.json'), 'utf8'))).toMatchObject({ step: 4 });
    expect(lstatSync(link).isSymbolicLink()).toBe(true);
  });

  it('refuses a folder with a model but no config', async () => {
    const store = new FileStore(path);
    await store.write('model.safetensors', bytes(1));
    await expect(runFolder(path).check()).rejects.toThrow('holds model.safetensors but no config.json');
  });

  it.each<[WriteStage, last: number[], old: number[]]>([
    ['half-written', [1], []],
    ['written', [1], []],
    ['moved', [], [1]],
    ['renamed', [2], [1]],
  ])('has a complete file if a write ends at the stage "%s"', async (stage, last, old) => {
    const store = new FileStore(path);
    await store.write('x.bin', bytes(1));
    const onStage = (passed: WriteStage) => {
      if (passed === stage) throw new Error('ended');
    };
    await expect(store.write('x.bin', bytes(2), { keep: 'old.bin', onStage })).rejects.toThrow('ended');
    expect([...((await store.read('x.bin')) ?? [])]).toEqual(last);
    expect([...((await store.read('old.bin')) ?? [])]).toEqual(old);
    expect(readdirSync(path).filter((name) => name.startsWith('.'))).toEqual([]);
  });

  it('names the kind of failure, and says what to do', async () => {
    const store = new FileStore(path);
    const unlock = await store.lock();
    const held = await new FileStore(path).lock().catch((error: unknown) => error);
    expect(held).toBeInstanceOf(RunError);
    expect(held).toMatchObject({
      code: 'locked',
      problem: expect.stringMatching(/^The run's folder .*run is in use by process \d+ on .*\.$/),
      remedy: expect.stringMatching(/^Wait for it, or name another folder; /),
    });
    mkdirSync(join(path, 'x.bin'));
    await expect(store.read('x.bin')).rejects.toMatchObject({ code: 'read' });
    await expect(store.write('x.bin', bytes(1))).rejects.toMatchObject({ code: 'write' });
    rmSync(path, { recursive: true });
    await expect(store.write('y.bin', bytes(1))).rejects.toMatchObject({ code: 'moved' });
    expect(existsSync(path)).toBe(false);
    unlock();
  });
});

describe('checkpoints without a run folder', () => {
  /** Trains a new regression, like a program that is run again. */
  async function program(fit: Partial<FitOptions>) {
    const { parts, dispose } = regression({ earlyStopping, evaluate });
    const trainer = new Trainer(parts);
    try {
      const checkpoints = new FileStore(path);
      const result = await trainer.fit({ steps: 12, checkpointEvery: 4, checkpoints, ...fit });
      return { result, weights: parts.model.parameters().map((each) => [...each.dataSync()]) };
    } finally {
      await trainer.dispose();
      dispose();
    }
  }

  it('are gone on from, to the numbers of one fit; nothing else is written but by the loggers', async () => {
    const whole = await program({ log: jsonLines() });
    const metrics = readFileSync(join(path, 'metrics.jsonl'));
    expect(readdirSync(path).sort()).toEqual(['checkpoints', 'metrics.jsonl']);
    rmSync(path, { recursive: true });
    await program({ steps: 7, log: jsonLines() });
    let from: string | null = null;
    const begin = ({ checkpoint = null }: LogContext) => {
      from = checkpoint;
    };
    expect(await program({ log: [{ begin }, jsonLines()] })).toEqual(whole);
    expect(from).toBe(`${path}/checkpoints/last.safetensors`);
    expect(readFileSync(join(path, 'metrics.jsonl'))).toEqual(metrics);
  });

  it('can replace a folder', async () => {
    await expect(program({ folder: runFolder(path) })).rejects.toThrow(
      'fit: folder and checkpoints are both given; expected one.',
    );
    await expect(program({ checkpoints: {} as FileStore })).rejects.toThrow(
      "; expected a CheckpointStore. Write new FileStore('runs/mine').",
    );
  });

  it('name every damaged file in a RunError if none is good', async () => {
    await program({});
    for (const name of ['last', 'previous'])
      writeFileSync(join(path, `checkpoints/${name}.safetensors`), 'x');
    await expect(program({})).rejects.toMatchObject({
      name: 'RunError',
      code: 'checkpoint',
      problem: expect.stringMatching(
        /^The checkpoint .*last\.safetensors cannot be used: .* The checkpoint .*previous\.safetensors cannot be used: .*\.$/,
      ),
    });
  });

  it('come with logs in words and tags of one’s own', async () => {
    const written: string[] = [];
    const clock = { milliseconds: 0 };
    await program({
      steps: 4,
      log: [
        tensorboard({ tag: (name) => name.replace('/', '_') }),
        {
          train: () => {
            clock.milliseconds += 2000;
          },
        },
        progress({
          title: 'mine',
          terminal: { write: (text) => written.push(text) },
          train: ({ step }) => (step === 4 ? null : `loss of step ${step}`),
          validation: () => null,
          end: ({ values }) => `ended with ${Object.keys(values).length} numbers`,
          now: () => clock.milliseconds,
        }),
      ],
    });
    expect(written).toEqual([
      'mine  step 2/4  loss of step 2  1 steps/s  4 s left\n',
      'mine  ended with 4 numbers\n',
    ]);
    const tags = Object.values(readEventFiles(path)).flatMap(({ events }) =>
      events.flatMap(({ values = [] }) => values.map(({ tag }) => tag)),
    );
    expect(new Set(tags)).toContain('train_loss');
    expect(tags.filter((tag) => tag.includes('/'))).toEqual([]);
  });
});

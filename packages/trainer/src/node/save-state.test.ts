import { mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { Linear, Sequential } from '@trainkit/nn';
import { BatchNorm } from '@trainkit/normalization';
import { AdamW } from '@trainkit/optimizers';
import { Generator } from '@trainkit/random';
import { describeBackends } from '@trainkit/testing';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { Epochs } from '../../fixtures/epochs.js';
import { encodeState } from '../state/format.js';
import { loadState, saveState } from './save-state.js';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'save-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** The parts of a user's own loop, after some steps. */
function loop(seed: number, steps: number) {
  const generator = new Generator(seed);
  const model = new Sequential(
    new Linear(3, 4, { generator }),
    new BatchNorm(4),
    new Linear(4, 1, { generator }),
  );
  const optimizer = new AdamW(model.namedParameters(), { learningRate: 0.01 });
  const loader = new Epochs(generator);
  const batches = loader[Symbol.iterator]();
  const step = () => {
    const batch = batches.next().value;
    if (!batch) throw new Error('The epoch is over.');
    const { inputs, labels } = batch;
    optimizer.minimize(() => tf.losses.meanSquaredError(labels, model.forward(inputs)));
    tf.dispose([inputs, labels]);
  };
  for (let i = 0; i < steps; i++) step();
  const parts = { model, optimizer, generator, loader };
  const bytes = async () => {
    const state = {
      ...model.stateDict(),
      optimizer: optimizer.stateDict(),
      generator: generator.stateDict(),
    };
    return Buffer.from(await encodeState({ ...state, loader: loader.stateDict() })).toString('base64');
  };
  return {
    parts,
    bytes,
    dispose: () => tf.dispose([...model.parameters(), ...model.buffers()]),
    free: () => optimizer.dispose(),
  };
}

describeBackends('saveState and loadState', () => {
  it('carry a loop of one’s own to the last bit, with a step beside it', async () => {
    const path = join(folder, 'deep/state.safetensors');
    const [first, second] = [loop(0, 3), loop(1, 2)];
    expect(await loadState(path, second.parts)).toBeNull();
    await saveState(path, { ...first.parts, step: 3 });
    expect(await loadState(path, second.parts)).toEqual({ path, values: { step: 3 }, problems: [] });
    expect(await second.bytes()).toBe(await first.bytes());
    for (const each of [first, second]) {
      each.free();
      each.dispose();
    }
  });

  it('load all or nothing: if the third part refuses, the first two are unchanged', async () => {
    const path = join(folder, 'state.safetensors');
    const [first, second] = [loop(0, 3), loop(1, 2)];
    await saveState(path, first.parts);
    const before = await second.bytes();
    const refusing = {
      stateDict: () => ({}),
      loadStateDict: () => {
        throw new RangeError('not mine');
      },
    };
    const { model, optimizer, loader } = second.parts;
    await expect(loadState(path, { model, optimizer, generator: refusing, loader })).rejects.toThrow(
      'generator: not mine',
    );
    expect(await second.bytes()).toBe(before);
    for (const each of [first, second]) {
      each.free();
      each.dispose();
    }
  });

  it('keep the previous file, and load it if the newest is damaged', async () => {
    const path = join(folder, 'state.safetensors');
    const weight = tf.tidy(() => tf.variable(tf.scalar(0)));
    const save = async (value: number) => {
      tf.tidy(() => weight.assign(tf.scalar(value)));
      await saveState(path, { weight });
    };
    await save(1);
    await save(2);
    expect(readdirSync(folder).sort()).toEqual(['state.previous.safetensors', 'state.safetensors']);
    writeFileSync(path, readFileSync(path).subarray(0, 200));
    const loaded = await loadState(path, { weight });
    expect(loaded?.path).toBe(join(folder, 'state.previous.safetensors'));
    expect(loaded?.problems[0]).toMatch(/state\.safetensors cannot be used: it is truncated or damaged/);
    expect([...weight.dataSync()]).toEqual([1]);
    // A damaged file must not replace the good one before it.
    await save(3);
    writeFileSync(path, 'x');
    expect(await loadState(path, { weight })).toMatchObject({
      path: join(folder, 'state.previous.safetensors'),
    });
    expect([...weight.dataSync()]).toEqual([1]);
    await save(4);
    await save(5);
    expect([...readFileSync(path)]).not.toEqual([
      ...readFileSync(join(folder, 'state.previous.safetensors')),
    ]);
    writeFileSync(path, 'x');
    await loadState(path, { weight });
    expect([...weight.dataSync()]).toEqual([4]);
    writeFileSync(join(folder, 'state.previous.safetensors'), 'x');
    await expect(loadState(path, { weight })).rejects.toThrow(/cannot be used.*cannot be used/);
    weight.dispose();
  });

  it('name parts that do not fit together', async () => {
    const path = join(folder, 'state.safetensors');
    const { parts, dispose, free } = loop(0, 1);
    await saveState(path, parts);
    const { model, generator } = parts;
    await expect(loadState(path, { model, generator })).rejects.toThrow(
      'loadState: nothing was loaded: the file also has optimizer; the file also has loader. Name what was saved, or pass { strict: false } to leave the rest.',
    );
    await expect(loadState(path, { ...parts, other: generator })).rejects.toThrow('the file lacks other');
    const foreign = join(folder, 'foreign.safetensors');
    await saveState(foreign, { model, 'a\u001b[2J': generator });
    await expect(loadState(foreign, { model })).rejects.toThrow('the file also has a\\u001b[2J.');
    await expect(loadState(path, parts, { stict: true } as object)).rejects.toThrow('Write strict: true.');
    expect(await loadState(path, { model, generator }, { strict: false })).toMatchObject({ path });
    free();
    dispose();
  });

  it('carry a tf.LayersModel with an optimizer of tf.train', async () => {
    const path = join(folder, 'state.safetensors');
    const make = (steps: number) => {
      const model = tf.sequential({ layers: [tf.layers.dense({ units: 2, inputShape: [3] })] });
      const optimizer = tf.train.momentum(0.1, 0.9);
      const x = tf.ones([4, 3]);
      const step = () =>
        tf.tidy(() => {
          optimizer.minimize(() => tf.mean(tf.square(model.apply(x) as tf.Tensor)).asScalar());
        });
      for (let i = 0; i < steps; i++) step();
      const free = async () => {
        x.dispose();
        model.dispose();
        const weights = await optimizer.getWeights();
        for (const { tensor } of weights) tensor.dispose();
        Reflect.get(optimizer, 'c')?.dispose();
        Reflect.get(optimizer, 'm')?.dispose();
      };
      return { model, optimizer, step, free };
    };
    const [first, second] = [make(2), make(0)];
    await saveState(path, { model: first.model, optimizer: first.optimizer });
    await loadState(path, { model: second.model, optimizer: second.optimizer });
    first.step();
    second.step();
    const weights = ({ model }: typeof first) => model.getWeights().map((weight) => [...weight.dataSync()]);
    expect(weights(second)).toEqual(weights(first));
    await first.free();
    await second.free();
  });

  it('do not replace a folder and other people’s files', async () => {
    const data = join(folder, 'data.csv');
    writeFileSync(data, 'a,b\n1,2\n');
    await expect(saveState(data, { step: 1 })).rejects.toThrow('is a file that saveState did not write');
    await expect(saveState(folder, { step: 1 })).rejects.toThrow('is a folder; expected a free path');
    expect(readFileSync(data, 'utf8')).toBe('a,b\n1,2\n');
    symlinkSync(join(folder, 'unmounted'), join(folder, 'link'));
    await expect(saveState(join(folder, 'link'), { step: 1 })).rejects.toThrow('is a broken link');
    const path = join(folder, 'state');
    for (const step of [1, 2]) await saveState(path, { step });
    writeFileSync(path, readFileSync(path).subarray(0, 30));
    await saveState(path, { step: 3 });
    expect(await loadState(path, {})).toMatchObject({ values: { step: 3 } });
  });

  it('refuse a model in place of parts by name', async () => {
    const model = new Linear(1, 1);
    const path = join(folder, 'x');
    await expect(saveState(path, model as never)).rejects.toThrow('Write { model, optimizer, generator }.');
    await expect(loadState(path, model as never)).resolves.toBeNull();
    model.dispose();
  });

  it('say that tf.train.adam does not tell its state', async () => {
    const optimizer = tf.train.adam(0.1);
    await expect(saveState(join(folder, 'x'), { optimizer })).rejects.toThrow(
      "saveState: tf.train's Adam does not save all of its state",
    );
    optimizer.dispose();
  });
});

it('replaces and reads no device and no pipe, which would not end', async () => {
  const path = join(folder, 'a.safetensors');
  symlinkSync('/dev/zero', path);
  const parts = { generator: new Generator(1) };
  const message = 'is a device, a pipe or a socket; expected a file.';
  await expect(saveState(path, parts)).rejects.toThrow(message);
  await expect(loadState(path, parts)).rejects.toThrow(message);
  expect(readdirSync(folder)).toEqual(['a.safetensors']);
});

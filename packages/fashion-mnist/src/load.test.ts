import { execFileSync } from 'node:child_process';
import { symlinkSync, truncateSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { folder, idx, imagesFile, labelsFile, SAMPLE, smallSet } from '../fixtures/idx-files.js';
import { startMirror } from '../fixtures/mirror.js';
import { classNames } from './class-names.js';
import { loadFashionMnist } from './load.js';

beforeEach(() => vi.stubEnv('FASHION_MNIST_DIR', ''));
afterEach(() => vi.unstubAllEnvs());

describe('a folder', () => {
  test('the sample: 600 and 100 images of each class', async () => {
    const { train, test: held, complete, source } = await loadFashionMnist({ dir: SAMPLE });
    expect(complete).toBe(false);
    expect(source).toEqual({ kind: 'directory', path: SAMPLE });
    for (const [split, perClass] of [
      [train, 600],
      [held, 100],
    ] as const) {
      expect(split.length).toBe(perClass * 10);
      expect(split.images.length).toBe(split.length * 784);
      const counts = classNames.map((_, label) => split.labels.filter((other) => other === label).length);
      expect(counts).toEqual(classNames.map(() => perClass));
    }
    expect(Array.from(train.labels.slice(0, 10))).toEqual([9, 0, 0, 3, 0, 2, 7, 2, 5, 5]);
  });

  test('of your own, as .gz, unpacked, or both', async () => {
    const packed = smallSet();
    const unpacked = Object.fromEntries(
      Object.entries(packed).map(([name, bytes]) => [name.replace('.gz', ''), gunzipSync(bytes)]),
    );
    const damaged = { ...packed, 'train-labels-idx1-ubyte': Buffer.from('an interrupted gunzip') };
    for (const files of [packed, unpacked, damaged]) {
      const { train, test: held } = await loadFashionMnist({ dir: await folder(files) });
      expect(Array.from(train.labels)).toEqual([9, 0, 3]);
      expect(Array.from(held.labels)).toEqual([2, 1]);
      expect(train.images[785]).toBe(785 % 251);
    }
  });

  test('named by FASHION_MNIST_DIR; dir goes before it', async () => {
    vi.stubEnv('FASHION_MNIST_DIR', await folder(smallSet()));
    expect((await loadFashionMnist()).train.length).toBe(3);
    expect((await loadFashionMnist({ dir: SAMPLE })).train.length).toBe(6000);
  });

  test('named by a relative FASHION_MNIST_DIR stays the same one', async () => {
    const before = process.cwd();
    try {
      process.chdir(dirname(await folder(smallSet())));
      vi.stubEnv('FASHION_MNIST_DIR', basename(await folder(smallSet())));
      expect((await loadFashionMnist()).train.length).toBe(3);
      process.chdir(await folder());
      expect((await loadFashionMnist()).train.length).toBe(3);
    } finally {
      process.chdir(before);
    }
  });

  test.each([
    ['a link to a device that never ends', (path: string) => symlinkSync('/dev/zero', path)],
    ['a pipe that nobody writes to', (path: string) => execFileSync('mkfifo', [path])],
  ])('with %s is an error at once', async (_, make) => {
    for (const name of ['train-images-idx3-ubyte.gz', 't10k-labels-idx1-ubyte']) {
      const files: Record<string, Uint8Array> = smallSet();
      delete files[name.replace(/(\.gz)?$/, '.gz')];
      const dir = await folder(files);
      make(join(dir, name));
      const loading = loadFashionMnist({ dir });
      await expect(loading).rejects.toMatchObject({ name: 'FashionMnistError', code: 'damaged' });
      await expect(loading).rejects.toThrow(
        `${join(dir, name)} cannot be read: ${join(dir, name)} is a device, a pipe or a socket; expected a file.`,
      );
    }
  });

  test('with a file of a terabyte is an error at once', async () => {
    const dir = await folder(smallSet());
    const path = join(dir, 'train-images-idx3-ubyte.gz');
    truncateSync(path, 2 ** 40);
    await expect(loadFashionMnist({ dir })).rejects.toThrow(
      `${path} cannot be read: it has 1099511627776 bytes; at most 1073741824 are read. Split the file.`,
    );
  });

  test('in the cache that never ends is as good as not there', async () => {
    const cacheDir = await folder({});
    symlinkSync('/dev/zero', join(cacheDir, 'train-images-idx3-ubyte.gz'));
    await expect(loadFashionMnist({ cacheDir, download: false })).rejects.toMatchObject({ code: 'missing' });
  });

  test('that lacks files is an error that names them, without a download', async () => {
    const { 'train-labels-idx1-ubyte.gz': _, 't10k-images-idx3-ubyte.gz': __, ...rest } = smallSet();
    const dir = await folder(rest);
    const mirror = await startMirror();
    const loading = loadFashionMnist({ dir, mirrors: [mirror.url] });
    await expect(loading).rejects.toThrow(
      `dir is ${dir}, which lacks train-labels-idx1-ubyte.gz, t10k-images-idx3-ubyte.gz (with or without .gz). ` +
        'Put the four files there, or leave dir out to have them downloaded.',
    );
    await expect(loading).rejects.toMatchObject({ name: 'FashionMnistError', code: 'missing' });
    vi.stubEnv('FASHION_MNIST_DIR', join(dir, 'nowhere'));
    await expect(loadFashionMnist({ mirrors: [mirror.url] })).rejects.toThrow(
      `FASHION_MNIST_DIR is ${join(dir, 'nowhere')}, which lacks train-images-idx3-ubyte.gz, `,
    );
    expect(mirror.asked).toEqual([]);
  });

  test("that is torchvision's root is read", async () => {
    const dir = await folder();
    const raw = join(dir, 'FashionMNIST', 'raw');
    await mkdir(raw, { recursive: true });
    for (const [name, bytes] of Object.entries(smallSet())) await writeFile(join(raw, name), bytes);
    const { train, source } = await loadFashionMnist({ dir });
    expect([train.length, source.path]).toEqual([3, raw]);
  });

  test.each<[string, (name: string) => string]>([
    ["Kaggle's layout, a folder for each file", (name) => `${name}/${name}`],
    ['dots in the names', (name) => name.replace('-idx', '.idx')],
    ['dots in the names of .gz files', (name) => `${name.replace('-idx', '.idx')}.gz`],
    ['a folder with dots for each file', (name) => `${name}/${name.replace('-idx', '.idx')}`],
    ['a folder named .gz for each file', (name) => `${name}.gz/${name}`],
  ])('as people have it: %s', async (_what, pathOf) => {
    const dir = await folder();
    for (const [packed, bytes] of Object.entries(smallSet())) {
      const path = join(dir, pathOf(packed.replace('.gz', '')));
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, path.endsWith('.gz') ? bytes : gunzipSync(bytes));
    }
    const { train, test: held } = await loadFashionMnist({ dir });
    expect([Array.from(train.labels), Array.from(held.labels)]).toEqual([
      [9, 0, 3],
      [2, 1],
    ]);
  });

  test('with the published name beside another one: the published one is meant', async () => {
    const dir = await folder({ ...smallSet(), 'train-labels.idx1-ubyte': labelsFile([1, 1, 1]) });
    expect(Array.from((await loadFashionMnist({ dir })).train.labels)).toEqual([9, 0, 3]);
  });

  test('with CSV files alone is an error that says so', async () => {
    const dir = await folder({ 'fashion-mnist_train.csv': Buffer.from('label,pixel1') });
    await expect(loadFashionMnist({ dir })).rejects.toThrow(
      't10k-labels-idx1-ubyte.gz (with or without .gz) and has CSV files, which are not read. Put the four files there',
    );
  });

  test('with an empty folder in place of a file lacks that file', async () => {
    const { 'train-labels-idx1-ubyte.gz': _, ...rest } = smallSet();
    const dir = await folder(rest);
    await mkdir(join(dir, 'train-labels-idx1-ubyte.gz'));
    await expect(loadFashionMnist({ dir })).rejects.toThrow(
      `dir is ${dir}, which lacks train-labels-idx1-ubyte.gz (with or without .gz). Put the four files there`,
    );
  });

  test('normalizes by mean and std', async () => {
    const { train } = await loadFashionMnist({ dir: await folder(smallSet()), mean: 0, std: 2 });
    await tf.setBackend('cpu');
    const batch = train.batch([0]);
    expect(batch.images.dataSync()[250]).toBe(Math.fround(Math.fround(250 / 255) / 2));
    tf.dispose(batch);
  });

  const packed = smallSet();
  const full = labelsFile(new Uint8Array(60_000));
  test.each([
    [
      'a truncated gzip',
      'train-images-idx3-ubyte',
      packed['train-images-idx3-ubyte.gz']!.subarray(0, -9),
      'cut short or damaged',
    ],
    ['an empty file', 'train-labels-idx1-ubyte', Buffer.alloc(0), 'begins with 8 bytes; it has 0'],
    ['a truncated IDX', 't10k-images-idx3-ubyte', gzipSync(imagesFile(2).subarray(0, 1000)), 'was cut short'],
    ['a wrong magic', 't10k-labels-idx1-ubyte', gzipSync(idx(0xd01, [2], [1, 2])), 'it is 3329'],
    [
      '27 columns',
      't10k-images-idx3-ubyte',
      gzipSync(imagesFile(2, 27)),
      'images must be 28 × 28; they are 27 × 27',
    ],
    [
      'a label of 10',
      'train-labels-idx1-ubyte',
      gzipSync(labelsFile([9, 10, 0])),
      'labels are 0 to 9; label number 1 is 10',
    ],
    [
      'fewer labels than images',
      'train-labels-idx1-ubyte',
      gzipSync(labelsFile([1, 2])),
      'has 3 images, but ',
    ],
    [
      'other contents in the full size',
      'train-labels-idx1-ubyte',
      gzipSync(full),
      "MNIST's files have the same names",
    ],
  ])('with %s is an error that names the file', async (_, name, bytes, message) => {
    const dir = await folder({ ...packed, [`${name}.gz`]: bytes });
    const loading = loadFashionMnist({ dir });
    await expect(loading).rejects.toThrow(message);
    await expect(loading).rejects.toThrow(join(dir, `${name}.gz`));
    await expect(loading).rejects.toMatchObject({ name: 'FashionMnistError', code: 'damaged' });
  });

  test('of the full size with contents of your own is admitted by verify: false', async () => {
    const dir = await folder({
      ...packed,
      't10k-images-idx3-ubyte.gz': gzipSync(imagesFile(10_000), { level: 1 }),
      't10k-labels-idx1-ubyte.gz': gzipSync(labelsFile(new Uint8Array(10_000))),
    });
    await expect(loadFashionMnist({ dir })).rejects.toThrow('pass verify: false if the contents are meant');
    const { test: held, complete } = await loadFashionMnist({ dir, verify: false });
    expect(held.length).toBe(10_000);
    expect(complete).toBe(false);
  });

  test.each([
    [{ dir: '' }, 'dir is the path of a folder; received "".'],
    [{ dir: null as never }, 'dir is the path of a folder; received null.'],
    [{ cacheDir: '' }, 'cacheDir is the path of a folder; received "".'],
    [
      { mirrors: 'https://a.test/' as never },
      'mirrors is a list of addresses; received "https://a.test/". Write ["',
    ],
    [{ mirrors: [3 as never] }, 'received 3.'],
    [{ stallTimeout: '5' as never }, 'received "5".'],
    [{ mirrors: [] }, 'mirrors is empty'],
    [{ mirrors: ['data'] }, 'mirrors are addresses of folders, such as "https://'],
    [{ std: -1 }, 'loadFashionMnist: std is -1; expected a finite number above 0.'],
    [{ verify: 'no' as never }, 'loadFashionMnist: verify is "no"; expected true or false.'],
    [{ directory: 'data' } as never, 'loadFashionMnist: received the unknown option "directory";'],
    [null as never, 'loadFashionMnist: options is null;'],
    [{ stallTimeout: 0 }, 'stallTimeout is milliseconds, above 0; received 0.'],
  ])('refuses the options %j', async (options, message) => {
    const cacheDir = await folder();
    await expect(loadFashionMnist(options && { cacheDir, download: false, ...options })).rejects.toThrow(
      message,
    );
  });
});

describe('the cache folder', () => {
  test("is trainkit/fashion-mnist in the user's own", async () => {
    const home = await folder();
    vi.stubEnv('HOME', home);
    vi.stubEnv('XDG_CACHE_HOME', join(home, 'caches'));
    vi.stubEnv('LOCALAPPDATA', join(home, 'caches'));
    const loading = loadFashionMnist({ download: false });
    await expect(loading).rejects.toThrow(
      /trainkit.*fashion-mnist.* lacks train-images-idx3-ubyte\.gz, .*download is false/,
    );
    await expect(loading).rejects.toThrow(home);
    await expect(loading).rejects.toMatchObject({ code: 'missing' });
  });

  test('does not accept the sample as the set, and neither does a download', async () => {
    const mirror = await startMirror();
    await expect(loadFashionMnist({ cacheDir: SAMPLE, download: false })).rejects.toThrow(
      'lacks train-images-idx3-ubyte.gz, train-labels-idx1-ubyte.gz, t10k-images-idx3-ubyte.gz, ' +
        't10k-labels-idx1-ubyte.gz (or has it with other contents)',
    );
    const loading = loadFashionMnist({ cacheDir: await folder(), mirrors: [mirror.url] });
    await expect(loading).rejects.toThrow(
      'that are not the file (26421880 bytes with MD5 8d4fb7e6c68d591d4c3dfef9ec88bf0d)',
    );
    await expect(loading).rejects.toMatchObject({ code: 'unreachable' });
  });

  test('rejects at once if the signal is already aborted', async () => {
    const signal = AbortSignal.abort(new Error('enough'));
    await expect(loadFashionMnist({ dir: SAMPLE, signal })).rejects.toThrow('enough');
  });
});

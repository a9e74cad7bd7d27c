import { copyFileSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { UserError } from '../terminal/user-error.js';
import { loadData, SAMPLE_FOLDER } from './load.js';

afterEach(() => vi.unstubAllEnvs());

describe('loadData', () => {
  it('recognizes the sample by its bytes, in any folder', async () => {
    for (const wanted of ['sample', SAMPLE_FOLDER]) {
      const { identity, fallback } = await loadData(wanted);
      expect(identity).toMatchObject({ name: 'sample', trainImages: 6000, testImages: 1000 });
      expect(fallback).toBeNull();
    }
  });

  it('reads the folder of FASHION_MNIST_DIR by default', async () => {
    vi.stubEnv('FASHION_MNIST_DIR', SAMPLE_FOLDER);
    expect((await loadData()).identity.name).toBe('sample');
  });

  it('rejects splits without images, which the loader accepts', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'no-images-'));
    try {
      for (const name of readdirSync(SAMPLE_FOLDER)) {
        if (name.startsWith('train-')) copyFileSync(join(SAMPLE_FOLDER, name), join(folder, name));
      }
      const header = (...words: number[]) =>
        Buffer.concat(words.map((word) => Buffer.from(new Uint32Array([word]).buffer).swap32()));
      writeFileSync(join(folder, 't10k-images-idx3-ubyte'), header(2051, 0, 28, 28));
      writeFileSync(join(folder, 't10k-labels-idx1-ubyte'), header(2049, 0));
      await expect(loadData(folder)).rejects.toThrow(
        new UserError('The test set has no images. Name another folder with --data.'),
      );
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('does not fall back on the sample if a named folder is wrong', async () => {
    const empty = mkdtempSync(join(tmpdir(), 'no-data-'));
    try {
      await expect(loadData(empty)).rejects.toThrow(UserError);
      await expect(loadData(empty)).rejects.toThrow(
        /^--data is .*no-data-.*, which lacks train-images.* Put the four files there, or leave --data out to have them downloaded\.$/,
      );
      vi.stubEnv('FASHION_MNIST_DIR', empty);
      await expect(loadData()).rejects.toThrow(UserError);
      for (const name of readdirSync(SAMPLE_FOLDER)) {
        if (name.endsWith('.gz')) writeFileSync(join(empty, name), 'nonsense');
      }
      await expect(loadData(empty)).rejects.toThrow(/train-images-idx3-ubyte/);
    } finally {
      rmSync(empty, { recursive: true });
    }
  });
});

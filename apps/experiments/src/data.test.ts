import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { loadData, SAMPLE_FOLDER } from './data.js';
import { UserError } from './user-error.js';

afterEach(() => vi.unstubAllEnvs());

describe('loadData', () => {
  it('knows the sample by its bytes, wherever it lies', async () => {
    for (const wanted of ['sample', SAMPLE_FOLDER]) {
      const { identity, fallback } = await loadData(wanted);
      expect(identity).toMatchObject({ name: 'sample', trainImages: 6000, testImages: 1000 });
      expect(fallback).toBeNull();
    }
  });

  it('reads the folder of FASHION_MNIST_DIR where none is named', async () => {
    vi.stubEnv('FASHION_MNIST_DIR', SAMPLE_FOLDER);
    expect((await loadData()).identity.name).toBe('sample');
  });

  it('does not fall back where a folder was named and is wrong', async () => {
    const empty = mkdtempSync(join(tmpdir(), 'no-data-'));
    try {
      await expect(loadData(empty)).rejects.toThrow(UserError);
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

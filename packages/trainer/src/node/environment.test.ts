import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { describeBackends } from '@trainkit/testing';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { regression } from '../../fixtures/regression.js';
import { earlyStopping, evaluate, Trainer } from '../index.js';
import { numericEnvironment, runFolder } from './index.js';

let path = '';
beforeEach(() => {
  path = join(mkdtempSync(join(tmpdir(), 'environment-')), 'run');
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(join(path, '..'), { recursive: true });
});

describeBackends('an environment', () => {
  it('is plain JSON with the backend, the versions and the variables that are set', () => {
    vi.stubEnv('ONEDNN_MAX_CPU_ISA', 'AVX2');
    const now = numericEnvironment();
    expect(JSON.parse(JSON.stringify(now))).toEqual(now);
    expect(now).toMatchObject({ backend: tf.getBackend(), variables: { ONEDNN_MAX_CPU_ISA: 'AVX2' } });
    expect(now.libtensorflow).toEqual(
      tf.getBackend() === 'tensorflow' ? expect.stringMatching(/^2\./) : undefined,
    );
  });
});

describe('a run', () => {
  beforeEach(async () => {
    await tf.setBackend('cpu');
  });

  /** Trains in the folder; returns the trainer's messages. */
  async function train(steps: number): Promise<string[]> {
    const { parts, dispose } = regression({ earlyStopping, evaluate });
    const trainer = new Trainer(parts);
    const told: string[] = [];
    try {
      await trainer.fit({ steps, folder: runFolder(path), log: { message: (text) => told.push(text) } });
    } finally {
      await trainer.dispose();
      dispose();
    }
    return told;
  }

  const read = () => JSON.parse(readFileSync(join(path, 'environment.json'), 'utf8'));

  it.each([
    ['TF_ENABLE_ONEDNN_OPTS', '0'],
    ['ONEDNN_MAX_CPU_ISA', 'AVX'],
    ['DNNL_MAX_CPU_ISA', 'SSE41'],
  ])('warns if it is resumed with another %s', async (name, value) => {
    vi.stubEnv(name, undefined);
    expect(await train(2)).toEqual([]);
    const checkpoint = readFileSync(join(path, 'checkpoints/last.safetensors'));
    vi.stubEnv(name, value);
    expect(await train(4)).toEqual([
      `${path} was made in another environment: variables.${name} was missing and is now "${value}". It resumes, but its ` +
        'numbers may differ in their last bits from those of an uninterrupted run.',
    ]);
    expect(read()).toMatchObject([{ from: 0 }, { from: 2, environment: { variables: { [name]: value } } }]);
    vi.unstubAllEnvs();
    vi.stubEnv(name, undefined);
    expect(await train(5), 'a part of it was made elsewhere').toHaveLength(1);
    expect(read(), 'both are known').toHaveLength(2);
    rmSync(path, { recursive: true });
    vi.stubEnv(name, value);
    await train(2);
    expect(readFileSync(join(path, 'checkpoints/last.safetensors'))).toEqual(checkpoint);
  });

  it('warns if the processor lacks an instruction set, and resumes if the record is damaged', async () => {
    await train(2);
    const [first] = read();
    first.environment.cpuFlags.avx1024 = true;
    writeFileSync(join(path, 'environment.json'), JSON.stringify([first]));
    expect(await train(3)).toEqual([expect.stringContaining('cpuFlags.avx1024 was true and is now missing')]);
    writeFileSync(join(path, 'environment.json'), '{');
    expect(await train(4)).toEqual([]);
  });
});

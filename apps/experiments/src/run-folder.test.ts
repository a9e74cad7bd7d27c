import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RunConfig } from './config.js';
import { RunFolder } from './run-folder.js';

let out: string;
beforeEach(() => {
  out = mkdtempSync(join(tmpdir(), 'run-folder-'));
});
afterEach(() => rmSync(out, { recursive: true, force: true }));

const config: RunConfig = {
  run: 'init/zero',
  seed: 3,
  steps: 1,
  batchSize: 128,
  optimizer: 'sgd',
  learningRate: 0.01,
  backend: 'cpu',
  data: { name: 'full', trainImages: 60000, testImages: 10000, sha256: 'abc' },
};
const sample: RunConfig = { ...config, data: { ...config.data, name: 'sample' } };

const trainLine = '{"step":1,"train_loss":2,"train_accuracy":0.1}\n';
const testLine = '{"step":1,"test_loss":2,"test_accuracy":0.1}\n';

describe('RunFolder', () => {
  it('lies under the run and the seed, and apart on the sample', () => {
    expect(new RunFolder(out, config).path).toBe(join(out, 'runs/init/zero/seed-3'));
    expect(new RunFolder(out, sample).path).toBe(join(out, 'runs/sample/init/zero/seed-3'));
  });

  it('holds the config, whole, and no temporary file', () => {
    const folder = new RunFolder(out, config);
    folder.prepare({ fresh: false });
    expect(readdirSync(folder.path)).toEqual(['config.json']);
    expect(JSON.parse(readFileSync(join(folder.path, 'config.json'), 'utf8'))).toEqual(config);
    folder.prepare({ fresh: false });
  });

  it('refuses another config by the field, and --fresh replaces it', () => {
    new RunFolder(out, config).prepare({ fresh: false });
    const longer = new RunFolder(out, { ...config, steps: 2 });
    expect(() => longer.prepare({ fresh: false })).toThrow(
      /seed-3 holds a run with another config: steps was 1 and is now 2\. Use --fresh to replace it, or another --out\./,
    );
    longer.prepare({ fresh: true });
    longer.prepare({ fresh: false });
  });

  it('is finished when every step and the last evaluation are there', () => {
    const folder = new RunFolder(out, config);
    folder.prepare({ fresh: false });
    expect(folder.finished()).toBeNull();
    writeFileSync(folder.metricsPath, trainLine);
    expect(folder.finished()).toBeNull();
    writeFileSync(folder.metricsPath, trainLine + testLine.slice(0, -1));
    expect(folder.finished()).toBeNull();
    writeFileSync(folder.metricsPath, trainLine + testLine);
    expect(folder.finished()?.test).toHaveLength(1);
  });

  it('counts steps in order, each once', () => {
    const two = new RunFolder(out, { ...config, steps: 2 });
    two.prepare({ fresh: false });
    const test = testLine.replace('1', '2');
    writeFileSync(two.metricsPath, trainLine + trainLine + test);
    expect(two.finished()).toBeNull();
    writeFileSync(two.metricsPath, trainLine + trainLine.replace('1', '2') + test);
    expect(two.finished()?.train).toHaveLength(2);
  });

  it('believes no metrics without a config: a removal that was cut short leaves such', () => {
    const folder = new RunFolder(out, config);
    folder.prepare({ fresh: false });
    writeFileSync(folder.metricsPath, trainLine + testLine);
    rmSync(join(folder.path, 'config.json'));
    folder.prepare({ fresh: false });
    expect(folder.finished()).toBeNull();
  });

  it('is locked beside itself, by one process at a time, also while --fresh replaces it', () => {
    const folder = new RunFolder(out, config);
    const unlock = folder.lock();
    folder.prepare({ fresh: false });
    folder.prepare({ fresh: true });
    expect(() => new RunFolder(out, config).lock()).toThrow(
      `The run's folder ${folder.path} is in use by process ${process.pid} on`,
    );
    new RunFolder(out, { ...config, seed: 4 }).lock()();
    unlock();
    expect(readdirSync(join(folder.path, '..'))).toEqual(['seed-3']);
  });

  it('says what is wrong with a broken config and with a folder that cannot be made', () => {
    const folder = new RunFolder(out, config);
    folder.prepare({ fresh: false });
    writeFileSync(join(folder.path, 'config.json'), '{');
    expect(() => folder.prepare({ fresh: false })).toThrow(
      /config\.json cannot be read as JSON: .* Use --fresh to run anew\./,
    );
    writeFileSync(join(folder.path, 'config.json'), 'null');
    expect(() => folder.finished()).toThrow(
      /config\.json holds no config but null\. Use --fresh to run anew\./,
    );
    folder.prepare({ fresh: true });
    const file = join(out, 'file');
    writeFileSync(file, '');
    expect(() => new RunFolder(file, config).prepare({ fresh: false })).toThrow(
      /The run's folder .* cannot be made: .* Choose another with --out\./,
    );
  });
});

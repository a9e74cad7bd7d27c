import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { findRun } from '../sections/index.js';
import { testConfig } from '../testing/run-config.js';
import { configOf } from './definition.js';
import { findFolder, runOf } from './find.js';
import { RunFolder } from './folder.js';

let out: string;
beforeEach(() => {
  out = mkdtempSync(join(tmpdir(), 'find-folder-'));
});
afterEach(() => rmSync(out, { recursive: true }));

it('finds a run by its path, or by its name, seed and folder, on the full set or the sample', () => {
  const sample = RunFolder.of(out, testConfig({ run: 'mine/a', data: { name: 'sample' } }));
  sample.prepare({ fresh: false });
  expect(findFolder(sample.path, { out: '/nowhere', seed: 0n }).config).toEqual(sample.config);
  expect(findFolder('mine/a', { out, seed: 3n }).path).toBe(sample.path);
  const full = RunFolder.of(out, testConfig({ run: 'mine/a' }));
  full.prepare({ fresh: false });
  expect(findFolder('mine/a', { out, seed: 3n }).path).toBe(full.path);
  expect(() => findFolder('mine/a', { out, seed: 4n })).toThrow(
    /^There is no run "mine\/a": no config\.json in .*mine\/a, nor in .*\/runs\/mine\/a\/seed-4, nor in .*\/runs\/sample\/mine\/a\/seed-4\. Give the folder/,
  );
});

it("recognizes the exercise's run, and treats any other as a user's own", () => {
  const run = findRun('norm/none');
  const config = configOf(run, { seed: 5n, steps: 7, backend: 'wasm', data: testConfig().data });
  expect(runOf(config, run)).toBe(run);
  // The name alone is not enough.
  expect(runOf({ ...config, dropout: 0.5 }, run)).toMatchObject({
    settings: { dropout: 0.5 },
    pytorch: null,
  });
  expect(runOf(testConfig({ run: 'mine/a', dropout: 0.5, maxSteps: 7 }), null)).toMatchObject({
    name: 'mine/a',
    settings: { dropout: 0.5 },
    length: { steps: 7, evaluateEvery: null, sampleTenth: false },
  });
});

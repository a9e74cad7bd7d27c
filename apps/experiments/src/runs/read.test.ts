import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { SGD_RUN } from '../sections/6-experiments/runs.js';
import { fakeResult, SAMPLE } from '../testing/fake-result.js';
import { writeRun } from '../testing/write-run.js';
import { readRun } from './read.js';

let out: string;
beforeEach(() => {
  out = mkdtempSync(join(tmpdir(), 'read-runs-'));
});
afterEach(() => rmSync(out, { recursive: true }));

const task = { run: SGD_RUN, seed: 3n };
const short = { data: SAMPLE, seed: 3n, steps: 5 };

it('reads a finished run of any length', () => {
  const fake = fakeResult(SGD_RUN, short);
  const folder = writeRun(out, fake);
  expect(readRun(task, { out, data: 'sample' })).toEqual({ result: { ...fake, folder } });
});

it('gives the reason if there is none', () => {
  expect(readRun(task, { out, data: 'full' })).toEqual({
    missing: `optimizer/sgd, seed 3 was not trained: there is no ${join(out, 'runs/optimizer/sgd/seed-3')}.`,
  });
  const folder = writeRun(out, fakeResult(SGD_RUN, short), { finished: false });
  expect(readRun(task, { out, data: 'sample' })).toEqual({
    missing: `optimizer/sgd, seed 3 is not finished. Resume it with: npx --yes pnpm@12 experiments resume ${folder}`,
  });
  writeFileSync(join(folder, 'config.json'), '{}');
  expect(readRun(task, { out, data: 'sample' })).toEqual({
    missing: expect.stringMatching(
      /^optimizer\/sgd, seed 3 cannot be read: .*config\.json is not the config of a run: /,
    ),
  });
});

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeBackends } from '@trainkit/testing';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { describeEnvironment } from '../runs/environment.js';
import { findSections } from '../sections/index.js';
import { fakeResult, SAMPLE } from '../testing/fake-result.js';
import { writeRun } from '../testing/write-run.js';
import { reportAgain } from './report.js';

const ENVIRONMENT = describeEnvironment({
  name: 'cpu',
  reason: '',
  versions: { tfjs: '4.22.0' },
  threads: 1,
});

let out: string;
let said: string[];
beforeEach(() => {
  out = mkdtempSync(join(tmpdir(), 'report-again-'));
  said = [];
});
afterEach(() => rmSync(out, { recursive: true }));

const again = (numbers: string[], options = {}) =>
  reportAgain(findSections(numbers), {
    out,
    seed: 0n,
    seeds: 1,
    data: undefined,
    environment: ENVIRONMENT,
    say: (line) => said.push(line),
    ...options,
  });

/** Writes the files of some sections' runs without training. */
const make = (numbers: string[], choices = {}) => {
  for (const { runs } of findSections(numbers))
    for (const run of runs) writeRun(out, fakeResult(run, choices));
};

// Only the sanity checks compute; the rest is reading.
describeBackends(
  'reportAgain',
  () => {
    it('draws complete sections, and names the runs that the others lack', async () => {
      make(['2'], { steps: 4 });
      const text = await again(['2', '3', '4']);
      expect(said).toEqual([
        `norm/layernorm, seed 0 was not trained: there is no ${join(out, 'runs/norm/layernorm/seed-0')}.`,
        'Section 3 is left out.',
      ]);
      const page = readFileSync(join(out, 'reports/seed-0.html'), 'utf8');
      expect([...page.matchAll(/<section id="section-(\d)">/g)].map(([, number]) => number)).toEqual([
        '2',
        '4',
      ]);
      expect(text).toContain(`Report: ${join(out, 'reports/seed-0.html')}`);
      const { sections } = JSON.parse(readFileSync(join(out, 'reports/seed-0/results.json'), 'utf8'));
      expect(sections['2'].runs.map(({ run }: { run: string }) => run)).toEqual([
        'norm/none',
        'norm/batchnorm',
      ]);
    });

    it('removes sections that it leaves out from an earlier report, also for runs with other settings', async () => {
      make(['2', '3'], { steps: 4 });
      await again(['2', '3']);
      const config = join(out, 'runs/norm/layernorm/seed-0/config.json');
      writeFileSync(config, readFileSync(config, 'utf8').replace('"dropout": 0', '"dropout": 0.5'));
      const text = await again(['2', '3']);
      expect(said).toEqual([
        `norm/layernorm, seed 0 has another dropout than the exercise: ${join(out, 'runs/norm/layernorm/seed-0')}`,
        'Section 3 is left out.',
      ]);
      expect(text).not.toContain('3. Layer');
      expect(readFileSync(join(out, 'reports/seed-0.html'), 'utf8')).not.toContain('section-3');
      const { sections } = JSON.parse(readFileSync(join(out, 'reports/seed-0/results.json'), 'utf8'));
      expect(Object.keys(sections)).toEqual(['2']);
    });

    it('uses the sample if there are no runs on the full set, or on request', async () => {
      make(['2'], { data: SAMPLE, steps: 3 });
      expect(await again(['2'])).toContain(join(out, 'reports/sample/seed-0.html'));
      make(['2'], { steps: 4 });
      expect(await again(['2'])).toContain(join(out, 'reports/seed-0.html'));
      expect(await again(['2'], { data: 'sample' })).toContain(join(out, 'reports/sample/seed-0.html'));
    });

    it('counts further seeds for which the section is complete', async () => {
      for (const seed of [0n, 1n]) make(['2'], { seed, steps: 4 });
      make(['3'], { steps: 4 });
      const text = await again(['2', '3'], { seeds: 2 });
      expect(said).toEqual([
        `norm/layernorm, seed 1 was not trained: there is no ${join(out, 'runs/norm/layernorm/seed-1')}.`,
        'In section 3 seed 1 does not count.',
      ]);
      expect(text.match(/Mean of 2 seeds/g)).toHaveLength(1);
    });
  },
  { backends: ['cpu'] },
);

it('is a single error if there is no run', async () => {
  await expect(again([])).rejects.toThrow(
    `No section has all of its runs with seed 0 in ${out}, so there is nothing to report. Train them with: experiments --seed 0`,
  );
  expect(said).toEqual([]);
});

it('is an error if no section is complete', async () => {
  const [section] = findSections(['2']);
  for (const run of section?.runs.slice(0, 1) ?? []) writeRun(out, fakeResult(run, { steps: 4 }));
  await expect(again(['2', '4'])).rejects.toThrow('there is nothing to report');
  expect(said).toHaveLength(2);
});

import { expect, it } from 'vitest';
import type { RunDefinition } from '../runs/run.js';
import { findRun } from '../sections/index.js';
import { FAKE_MACHINE } from '../testing/fake-record.js';
import { type FakeRun, fakeResult, SAMPLE } from '../testing/fake-result.js';
import { overviewHtml } from './overview.js';
import type { ResultsFile } from './records.js';
import { sectionRecord } from './results-file.js';

const recordOf = (names: string[], fake: FakeRun = {}, findings = {}) => {
  const runs = names.map(findRun);
  const allSeeds = runs.map((run: RunDefinition) => fakeResult(run, { data: SAMPLE, ...fake }));
  return sectionRecord({ title: 'T', runs }, findings, { allSeeds, out: '.' });
};

const fileOf = (sections: ResultsFile['sections']): ResultsFile => ({
  format: 2,
  written: '2026-12-01T09:30:00.000Z',
  machine: FAKE_MACHINE,
  seed: 0,
  onSample: true,
  sections,
});

const tile = (name: string, value: string, note: string) =>
  `<div><dt>${name}</dt><dd>${value}</dd><dd>${note}</dd></div>`;

it('has the runs, a run that two sections share once, and their distance from PyTorch', () => {
  const html = overviewHtml(
    fileOf({
      2: recordOf(
        ['norm/none', 'norm/batchnorm'],
        {},
        { checks: [{ status: 'passed' }, { status: 'failed' }] },
      ),
      3: recordOf(['norm/none', 'norm/layernorm'], {}, { checks: [{ status: 'passed' }] }),
    }),
    [],
  );
  expect(html).toContain(tile('Best test accuracy', '80.00 %', 'Without'));
  expect(html).toContain(tile('Trained', '3 runs', '141 steps in all'));
  expect(html).toContain(tile('Checks against PyTorch', '2 of 3', 'passed'));
  // The fake runs start at 1.5 and end at 80 %, PyTorch's end at 65.5, 74.2 and 73.7 %.
  expect(html).toMatch(/First loss, distance to PyTorch 2\.15\S*<\/dt><dd>4e−1<\/dd>/);
  expect(html).toContain(
    tile('Test accuracy, distance to PyTorch', '8.87 points', 'on average, 14.50 at most'),
  );
});

it('has no distance without a run of PyTorch, and no figures without runs', () => {
  const short = overviewHtml(fileOf({ 2: recordOf(['norm/none'], { steps: 3 }) }), []);
  expect(short).toContain('1 run');
  expect(short).not.toContain('distance to PyTorch');
  expect(overviewHtml(fileOf({}), [])).toContain('<dl class="facts"></dl>');
});

it('names the machine that trained the runs, not the one that wrote the report', () => {
  const session = {
    ...{ trainkit: '1.2.3', tensorflowJs: '4.22.0', tfjsLayers: '4.22.0', node: 'v22.0.0' },
    ...{ cpu: { model: 'Trained here', cores: 8 }, memoryGiB: 16, system: 'linux 5', arch: 'x64' },
    ...{ gitCommit: '0123456789abcdef-dirty', from: 0, data: null },
    backend: { name: 'native', reason: '', versions: {}, threads: 4 },
  } as const;
  const html = overviewHtml(fileOf({ 2: recordOf(['norm/none'], { session }) }), []);
  expect(html).toContain('Trained here, 8 cores, 16 GiB');
  expect(html).toContain('native, 4 threads');
  expect(html).toContain('<dd>0123456789ab-dirty</dd>');
  expect(html).not.toContain('processor');
});

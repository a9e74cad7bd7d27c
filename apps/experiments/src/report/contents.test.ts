import { expect, it } from 'vitest';
import { findRun } from '../sections/index.js';
import { fakeResult, SAMPLE } from '../testing/fake-result.js';
import { contentsHtml } from './contents.js';
import { sectionRecord } from './results-file.js';

const recordOf = (names: string[], choices = {}) => {
  const runs = names.map(findRun);
  const allSeeds = runs.map((run) => fakeResult(run, { data: SAMPLE, ...choices }));
  return sectionRecord({ title: 'T', runs }, {}, { allSeeds, out: '.' });
};

it('lists the runs, a run that two sections share once, and their distance from PyTorch', () => {
  const records = new Map([
    ['2', recordOf(['norm/none', 'norm/batchnorm'])],
    ['3', recordOf(['norm/none', 'norm/layernorm'])],
  ]);
  const html = contentsHtml([], records);
  // The fake runs start at 1.5 and end at 80 %, PyTorch's end at 65.5, 74.2 and 73.7 %.
  expect(html).toMatch(
    /<p>3 runs, 141 steps in all, on wasm\. PyTorch 2\.15\S* made all of them with the same seeds: /,
  );
  expect(html).toContain('the first train losses are within 4e-1 of its own');
  expect(html).toContain('8.87 points apart on average and 14.50 points at most (norm/none)');
});

it('notes that there is nothing to compare, or only one run', () => {
  expect(contentsHtml([], new Map([['2', recordOf(['norm/none'], { steps: 3 })]]))).toContain(
    '<p>1 run, 3 steps in all, on wasm. None of them can be set beside a run of PyTorch’s',
  );
  expect(contentsHtml([], new Map([['2', recordOf(['norm/none'])]]))).toContain(
    'the ends have test accuracies that are 14.50 points apart.',
  );
  expect(contentsHtml([], new Map())).not.toContain('<p>');
});

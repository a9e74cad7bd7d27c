import { describe, expect, it } from 'vitest';
import type { RunResult } from '../../runs/run.js';
import { fakeResult, fakeResults, SAMPLE } from '../../testing/fake-result.js';
import { findRun } from '../index.js';
import { findInitializations } from './findings.js';
import { reportInitializations } from './report.js';

const report = async (results: RunResult[]) =>
  (await reportInitializations(findInitializations({ seed: 0n, results, allSeeds: results }))).html;

describe('the report of section 1', () => {
  it('has both charts, every run in the table and in the text, and PyTorch beside them', async () => {
    const html = await report(fakeResults());
    expect(html.match(/<svg /g)).toHaveLength(2);
    for (const { run } of fakeResults()) {
      expect(html).toContain(`<th scope="row">${run.title}</th>`);
      expect(html).toContain(`<strong>${run.title}</strong>`);
    }
    expect(html).toContain('<td>82.57 %</td>');
    // The first of the fake runs is the one whose layers are all 0.
    expect(html).toContain('<strong>Xavier (yours)</strong>: every output is exactly 0');
    expect(html).not.toContain('embedded sample');
  });

  it('notes the sample below the table', async () => {
    expect(await report(fakeResults({ data: SAMPLE }))).toContain(
      '<p class="soft">On the embedded SAMPLE (6,000 train and 1,000 test images), not on the full Fashion-MNIST.</p>',
    );
  });

  it('explains why saturated runs diverge from PyTorch, if both are compared', async () => {
    const saturated = (changes = {}) =>
      fakeResults(changes).map((result) =>
        result.run.name === 'init/xavier-x10'
          ? { ...result, activations: result.activations.map((each) => ({ ...each, saturated: 0.8 })) }
          : result,
      );
    const sentence = '<p>Xavier x10 drew the random numbers that PyTorch draws.';
    expect(await report(saturated())).toContain(sentence);
    expect(await report(fakeResults())).not.toContain(sentence);
    expect(await report(saturated({ steps: 30 }))).not.toContain(sentence);
  });

  it('does not compare shortened runs with PyTorch', async () => {
    expect(await report(fakeResults())).toMatch(/PyTorch 2\.15\S* figures were recorded on the same data/);
    const short = await report(fakeResults({ steps: 30 }));
    expect(short).not.toContain('were recorded');
    expect(short).not.toContain('82.57');
    expect(short).toContain('The runs have 30 steps');
  });

  it('names the problem of an initialization whose losses show it', async () => {
    const withLosses = (title: string, losses: number[]) =>
      fakeResult({ ...findRun('init/xavier'), title }, { losses });
    const html = await report([
      withLosses('Well', [2.4, 1, 0.5]),
      withLosses('High', [18, 5, 2.4]),
      withLosses('Flat', [2.31, 2.3, 2.3]),
    ]);
    expect(html).toContain('High begins with a loss of 18.0, where a guess has 2.3');
    expect(html).toContain('Flat stalls: it ends at the loss of a guess.');
    expect(html).not.toMatch(/Well (begins|stalls)/);
  });

  it('names initializations that are too close to rank, and notes short runs', async () => {
    const withAccuracy = (title: string, test_accuracy: number) =>
      fakeResult(
        { ...findRun('init/xavier'), title },
        { tests: [{ step: 1407, test_loss: 1, test_accuracy }] },
      );
    const html = await report([
      withAccuracy('Low', 0.7),
      withAccuracy('Second', 0.801),
      withAccuracy('First', 0.805),
    ]);
    expect(html).toContain(
      'First and Second are too close to rank: with 10,000 test images, chance alone can account for 1.1 points.',
    );
    expect(await report([withAccuracy('Low', 0.7), withAccuracy('High', 0.8)])).not.toContain(
      'tells nothing',
    );
    expect(html).not.toContain('were cut short');
    expect(await report(fakeResults({ steps: 30 }))).toContain(
      'These runs were cut short (Xavier (yours) after 30 steps)',
    );
  });

  it('draws the same bytes again, in the colors of the page', async () => {
    const html = await report(fakeResults({ steps: 30 }));
    expect(await report(fakeResults({ steps: 30 }))).toBe(html);
    expect(html).toContain('currentColor');
  });

  it('requires a run', async () => {
    await expect(report([])).rejects.toThrow('A report needs at least one run.');
  });
});

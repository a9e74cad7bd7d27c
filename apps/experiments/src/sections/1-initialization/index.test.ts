import { describe, expect, it } from 'vitest';
import { reportInput } from '../../testing/fake-record.js';
import { fakeResult, fakeResults } from '../../testing/fake-result.js';
import { findRun } from '../index.js';
import { SECTION_1 } from './index.js';

const report = (results: ReturnType<typeof fakeResults>) =>
  SECTION_1.report(reportInput(results, SECTION_1.findings({ seed: 0n, results, allSeeds: results })));

describe('the report of section 1', () => {
  it('has formula and code, every run in both tables, and its histograms', () => {
    const { html, summary } = report(fakeResults());
    expect(html).toContain('<msqrt>');
    expect(html).toContain('const bound = Math.sqrt(3) * xavierStd(');
    for (const { run } of fakeResults()) {
      expect(html.split(`<th scope="row">${run.title}</th>`)).toHaveLength(3);
    }
    expect(html.match(/<svg class="histogram/g)).toHaveLength(12);
    expect(html.match(/<svg class="chart"/g)).toHaveLength(1);
    expect(html).toContain('82.57 %</td>');
    expect(summary).toBe('Test accuracy: best Xavier (yours) 80.0 %, worst Unit Gaussian 30.0 %.');
    expect(report(fakeResults()).html).toBe(html);
  });

  it('shows the standard deviation and the saturated part of each layer', () => {
    const activations = [0.25, 0].map((std, index) => ({
      layer: `net.${index}`,
      units: 64,
      mean: 0,
      std,
      saturated: 0.5,
      counts: new Array<number>(100).fill(1),
    }));
    const { html } = report([fakeResult(findRun('init/zero'), { activations })]);
    expect(html).toContain('σ = 0.25, 50 % saturated</td>');
    expect(html).toContain('σ = 0, 50 % saturated</td>');
  });

  it('explains diverging runs only beside PyTorch, and notes short ones', () => {
    expect(report(fakeResults()).html).toContain('so they diverge after the first steps');
    const { html } = report(fakeResults({ steps: 30 }));
    expect(html).not.toContain('diverge after');
    expect(html).toContain('These runs were cut short: Xavier (yours) has 30 steps of 1,407.');
  });
});

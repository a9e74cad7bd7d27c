import { expect, it } from 'vitest';
import { recordsOf } from '../../testing/fake-record.js';
import { fakeResult, SAMPLE } from '../../testing/fake-result.js';
import { SECTION_6 } from './index.js';

const tests = (accuracy: number) => [{ step: 300, test_loss: 0.5, test_accuracy: accuracy }];
const allSeeds = SECTION_6.runs.flatMap((run, index) =>
  [0n, 1n].map((seed) =>
    fakeResult(run, { data: SAMPLE, seed, steps: 300, tests: tests(0.7 + index / 100 + Number(seed) / 10) }),
  ),
);
const results = allSeeds.filter(({ config }) => config.seed === 0);

it('finds the paired differences of both parts, and reports them with charts and tables', () => {
  const findings = SECTION_6.findings({ seed: 0n, results, allSeeds });
  expect(SECTION_6.schema.parse(findings)).toEqual(findings);
  expect(findings.optimizers.map(({ change }) => change)).toHaveLength(3);
  expect(findings.ablation.map(({ change }) => change)).toEqual([
    'LayerNorm, without dropout',
    'LayerNorm, with dropout',
    'Dropout, without LayerNorm',
    'Dropout, with LayerNorm',
  ]);
  const { html, text, summary, parts } = SECTION_6.report({
    runs: recordsOf(results),
    allSeeds: recordsOf(allSeeds),
    findings,
  });
  expect(html.match(/<svg class="chart"/g)).toHaveLength(8);
  for (const id of Object.keys(parts ?? {})) expect(html).toContain(`<h3 id="${id}">`);
  expect(html).toContain('95 % interval of the mean');
  expect(text).toContain('6.2 Layer Normalization and Dropout\n');
  expect(summary).toMatch(/^Test accuracy, means of 2 seeds: SGD 75\.0 %, AdamW 76\.0 %, /);
  expect(html).not.toMatch(/NaN|undefined<|Infinity/);
});

it('reports runs of one step', () => {
  const short = SECTION_6.runs.map((run) => fakeResult(run, { data: SAMPLE, losses: [2.3] }));
  const runs = recordsOf(short);
  const findings = SECTION_6.findings({ seed: 0n, results: short, allSeeds: short });
  const { html, text } = SECTION_6.report({ runs, allSeeds: runs, findings });
  expect(text).toContain('Train loss (last 1)');
  expect(html).not.toMatch(/NaN|undefined<|Infinity/);
});

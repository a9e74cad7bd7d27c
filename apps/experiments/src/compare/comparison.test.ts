import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { RunFolder } from '../runs/folder.js';
import { SGD_RUN, TUNED_SGD_RUN } from '../sections/6-experiments/runs.js';
import { type FakeRun, fakeResult, SAMPLE } from '../testing/fake-result.js';
import { writeRun } from '../testing/write-run.js';
import { comparedRun } from './compared-run.js';
import { compareRuns } from './comparison.js';
import { writeComparison } from './page.js';
import { printedComparison } from './print.js';

let out: string;
beforeEach(() => {
  out = mkdtempSync(join(tmpdir(), 'compare-'));
});
afterEach(() => rmSync(out, { recursive: true }));

const tests = (...losses: number[]) =>
  losses.map((loss, i) => ({ step: 2 * (i + 1), test_loss: loss, test_accuracy: 1 - loss }));

/** Writes and reads two runs: the first finished after 6 steps, the other unfinished. */
const pair = (a: FakeRun = {}, b: FakeRun = {}) => {
  const one = writeRun(
    out,
    fakeResult(SGD_RUN, {
      data: SAMPLE,
      losses: [2, 1, 1, 0.5, 0.5, 0.25],
      tests: tests(0.5, 0.25, 0.375),
      ...a,
    }),
  );
  const other = writeRun(
    out,
    fakeResult(TUNED_SGD_RUN, { data: SAMPLE, losses: [2, 0.5, 0.5, 0.25], tests: tests(0.25, 0.5), ...b }),
    { finished: false },
  );
  return { a: comparedRun(RunFolder.open(one), 'A'), b: comparedRun(RunFolder.open(other), 'B') };
};

describe('compareRuns', () => {
  it('names the settings that differ', () => {
    const { a, b } = pair();
    expect(compareRuns(a, b).settings).toEqual({
      headings: ['Setting', 'A: optimizer/sgd, seed 0, sample', 'B: optimizer/sgd-tuned, seed 0, sample'],
      rows: [
        ['maxSteps', '6', '4'],
        ['learningRate', '0.01', '0.02'],
        ['momentum', '0', '0.9'],
        ['schedule', 'none', 'cosine (steps 300, end 0)'],
      ],
    });
    expect(printedComparison(compareRuns(a, { ...b, config: a.config }))).toContain(
      'Their settings are the same.',
    );
  });

  it('compares figures up to the step that both have reached', () => {
    const { a, b } = pair();
    const { notes, figures, evaluations } = compareRuns(a, b);
    expect(notes).toEqual([
      `A: optimizer/sgd, seed 0, sample (${a.path}): finished after 6 steps.`,
      `B: optimizer/sgd-tuned, seed 0, sample (${b.path}): not finished: 4 of 4 steps.`,
      'Figures are taken up to step 4, which both have reached, unless they say otherwise.',
    ]);
    expect(figures.rows).toEqual([
      ['First train loss', '2.0000', '2.0000', '0'],
      ['Train loss of step 4', '0.5000', '0.2500', '−0.2500'],
      ['Mean of the 4 steps up to it', '1.1250', '0.8125', '−0.3125'],
      ['Smallest test loss', '0.2500', '0.2500', '0'],
      ['… at step', '4', '2', ''],
      ['Test loss at its end', '0.3750', '–', '–'],
      ['Test accuracy at its end', '62.50 %', '–', '–'],
    ]);
    expect(evaluations.rows).toEqual([
      ['2', '0.5000', '0.2500', '−0.2500', '50.00 %', '75.00 %', '+25.00'],
      ['4', '0.2500', '0.5000', '+0.2500', '75.00 %', '50.00 %', '−25.00'],
    ]);
  });

  it('compares runs that were not evaluated after the same steps', () => {
    const { a, b } = pair({}, { tests: [{ step: 3, test_loss: 1, test_accuracy: 0 }] });
    const comparison = compareRuns(a, b);
    expect(comparison.evaluations.rows).toEqual([]);
    expect(printedComparison(comparison)).toContain('They were not evaluated after the same steps.');
  });
});

it('requires at least one step of each run', () => {
  const { b } = pair();
  writeFileSync(join(b.path, 'metrics.jsonl'), '');
  expect(() => comparedRun(RunFolder.open(b.path), 'B')).toThrow(
    `The run in ${b.path} has not trained a step yet.`,
  );
});

describe('writeComparison', () => {
  it('writes a page with both curves and the tables that loads no other file', () => {
    const { a, b } = pair();
    const path = writeComparison(compareRuns(a, b), { a, b, out });
    expect(path).toBe(
      join(out, 'reports/compare/sample-optimizer-sgd-seed-0_vs_sample-optimizer-sgd-tuned-seed-0.html'),
    );
    const html = readFileSync(path, 'utf8');
    expect(html.match(/<svg class="chart"/g)).toHaveLength(4);
    expect(html).toMatch(/<th scope="row">momentum<\/th><td[^>]*>0<\/td><td[^>]*>0\.9<\/td>/);
    expect(html).toContain('<th scope="row">Train loss of step 4</th>');
    expect(html.replaceAll(/xmlns(:\w+)?="[^"]*"/g, '')).not.toMatch(/(src|href)=|https?:|url\(|NaN/);
  });

  it('accepts runs without evaluations', () => {
    const { a, b } = pair();
    for (const { path } of [a, b]) {
      const lines = readFileSync(join(path, 'metrics.jsonl'), 'utf8').split('\n');
      writeFileSync(join(path, 'metrics.jsonl'), lines.filter((line) => !line.includes('test_')).join('\n'));
      rmSync(join(path, 'result.json'), { force: true });
    }
    const [one, other] = [comparedRun(RunFolder.open(a.path), 'A'), comparedRun(RunFolder.open(b.path), 'B')];
    const html = readFileSync(writeComparison(compareRuns(one, other), { a: one, b: other, out }), 'utf8');
    expect(html.match(/<svg class="chart"/g)).toHaveLength(2);
  });

  it('names the path that could not be written', () => {
    const { a, b } = pair();
    writeFileSync(join(out, 'reports'), '');
    expect(() => writeComparison(compareRuns(a, b), { a, b, out })).toThrow(
      /The comparison .*\.html could not be written: /,
    );
  });
});

import { describe, expect, it } from 'vitest';
import { ADAMW_RUN, SGD_RUN } from '../../sections/6-experiments/runs.js';
import { fakeRecord } from '../../testing/fake-record.js';
import { SAMPLE } from '../../testing/fake-result.js';
import { curvesOf } from '../run-curves.js';
import { evaluationFigure, gapFigure, lossFigure, trainAccuracyFigure } from './curves.js';

const tests = [50, 100, 300].map((step) => ({ step, test_loss: 0.5 + 1 / step, test_accuracy: 0.8 }));
const runs = [SGD_RUN, ADAMW_RUN].map((run) => fakeRecord(run, { data: SAMPLE, tests }));
const curves = curvesOf(runs);
const alone = curves.map((curve) => ({ ...curve, pytorch: [] }));
const captionOf = (html: string) => /<figcaption>(.*)<\/figcaption>/.exec(html)?.[1];
const count = (html: string, part: RegExp) => (html.match(part) ?? []).length;

describe('curves of training', () => {
  it('draws a thin and a thick line for each run, and describes both', () => {
    const html = lossFigure(curves);
    expect(count(html, /class="thin c\d"/g)).toBe(2);
    expect(count(html, /class="line c\d"/g)).toBe(2);
    expect(captionOf(html)).toBe(
      'Train loss, logarithmic. Thick: the mean of 8 steps up to each; thin: every 2nd step.',
    );
    expect(lossFigure(curves)).toBe(html);
  });

  it('neither draws nor describes a thin line where the thick one has single steps', () => {
    const short = curvesOf([fakeRecord(SGD_RUN, { data: SAMPLE, steps: 47 })]);
    const html = lossFigure(short);
    expect(html).not.toContain('class="thin');
    expect(captionOf(html)).toBe('Train loss, logarithmic. A value for every step.');
    expect(captionOf(trainAccuracyFigure(short))).toBe('Train accuracy. A value for every step.');
    expect(captionOf(trainAccuracyFigure(curves))).toBe(
      'Train accuracy. Each value is the mean of 8 steps up to each.',
    );
  });

  it('dashes every second line if lines may overlap', () => {
    expect(count(lossFigure(curves, { overlapping: true }), /class="line c\d dashed"/g)).toBe(1);
  });
});

describe('evaluations', () => {
  it.each(['loss', 'accuracy'] as const)("shows PyTorch's %s dashed beside ours, if it exists", (of) => {
    const html = evaluationFigure(curves, of);
    expect(count(html, /class="line c\d dashed"/g)).toBe(2);
    expect(html).toContain('PyTorch, SGD&quot;');
    expect(html).not.toContain('PyTorch, SGD</li>');
    expect(captionOf(html)).toBe(`Test ${of} at each evaluation. Dashed: PyTorch with the same seed.`);
    const without = evaluationFigure(alone, of);
    expect(without).not.toMatch(/dashed|PyTorch/);
    expect(captionOf(without)).toBe(`Test ${of} at each evaluation.`);
  });

  it('has the generalization gap, also if the test loss is the smaller one', () => {
    const html = gapFigure([
      { title: 'One', evaluations: curves[0]?.evaluations ?? [], gaps: [-0.1, 0.2, 0.3] },
    ]);
    expect(html).toContain('>−0.1</text>');
    expect(html).toContain('[50,-0.1]');
  });
});

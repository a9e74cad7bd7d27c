import { describe, expect, it } from 'vitest';
import { chartFigure } from './figure.js';
import { type Line, plot } from './plot.js';
import { linearScale, logScale, stepScale } from './scale.js';

const x = { title: 'step', scale: stepScale([10]) };
const y = { title: 'loss', scale: linearScale([0, 1]) };
const draw = (lines: readonly Line[], more = {}) => plot({ x, y, lines, label: 'A chart', ...more });
const paths = (svg: string, kind: string) =>
  [...svg.matchAll(new RegExp(`<path class="${kind}[^"]*" d="([^"]*)"`, 'g'))].map(([, d]) => d);

describe('plot', () => {
  it('draws a line from corner to corner, thin values behind it', () => {
    const svg = draw([
      {
        title: 'One',
        color: 7,
        points: [
          [0, 0],
          [10, 1],
        ],
        thin: [1, 0],
      },
    ]);
    expect(paths(svg, 'line c1')).toEqual(['M0 168L300 0']);
    expect(paths(svg, 'thin c1')).toEqual(['M0 0L300 168']);
    expect(svg.indexOf('thin')).toBeLessThan(svg.indexOf('class="line'));
  });

  it('leaves a gap for a value that a logarithmic axis cannot show', () => {
    const points = [1, 0, 1, 10].map((value, step) => [step, value] as const);
    const svg = draw([{ title: 'One', color: 0, points }], {
      y: { title: 'loss', scale: logScale([1, 10]) },
    });
    expect(paths(svg, 'line')[0]?.match(/[ML]/g)?.join('')).toBe('MML');
    expect(svg).not.toMatch(/NaN|Infinity/);
  });

  it('marks single points, and points of lines that ask for it', () => {
    const [single, two] = [
      [[5, 0.5]],
      [
        [0, 0],
        [5, 1],
      ],
    ] as const;
    expect(draw([{ title: 'One', color: 0, points: single }]).match(/<circle/g)).toHaveLength(1);
    expect(draw([{ title: 'One', color: 0, points: two }])).not.toContain('<circle');
    const dots = draw([{ title: 'One', color: 0, points: two, dots: true, line: false }]);
    expect(dots.match(/<circle/g)).toHaveLength(2);
    expect(dots).not.toContain('class="line');
  });

  it('labels its ticks, in percent for shares', () => {
    const svg = draw([], { y: { title: 'accuracy', scale: linearScale([0.7, 0.85]), percent: true } });
    expect(svg).toContain('>75 %</text>');
    expect(svg).toContain('>step</text>');
    expect(draw([], { x: { title: 'step', scale: stepScale([10_000]) } })).toContain('>10,000</text>');
  });

  it('has the values for the script, and escapes every title', () => {
    const svg = draw([{ title: '<b>"', color: 0, points: [[1, 0.123456]] }]);
    expect(svg).not.toContain('<b>');
    const [, data = ''] = /data-hover="([^"]*)"/.exec(svg) ?? [];
    const parsed = JSON.parse(data.replaceAll('&quot;', '"').replaceAll('&lt;', '<').replaceAll('&gt;', '>'));
    expect(parsed).toMatchObject({
      by: 'x',
      x: { title: 'step', domain: [0, 10] },
      y: { title: 'loss', log: false },
      lines: [{ title: '<b>"', points: [[1, 0.12346]] }],
    });
  });
});

it('chartFigure: has a legend and a caption, both escaped', () => {
  const html = chartFigure({
    x,
    y,
    caption: 'a < b',
    lines: [
      { title: 'A & B', color: 0, points: [], dashed: true },
      { title: 'C', color: 1, points: [], line: false },
    ],
  });
  expect(html).toContain('<li class="c0 dashed">A &amp; B</li><li class="c1 dotted">C</li>');
  expect(html).toContain('<figcaption>a &lt; b</figcaption>');
  expect(html).toContain('aria-label="a &lt; b"');
});

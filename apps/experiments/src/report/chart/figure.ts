import { escapeHtml } from '../escape.js';
import { COLORS, type Plot, plot } from './plot.js';

/** A chart with its caption. */
export interface ChartFigure extends Omit<Plot, 'label'> {
  caption: string;
}

/** Returns a chart with its legend above and its caption below. */
export function chartFigure({ caption, ...chart }: ChartFigure): string {
  const listed = chart.lines.filter((line) => line.listed !== false);
  const entries = listed.map(({ title, color, dashed, line = true }) => {
    const kind = `${dashed ? ' dashed' : ''}${line ? '' : ' dotted'}`;
    return `<li class="c${color % COLORS}${kind}">${escapeHtml(title)}</li>`;
  });
  return `<figure><ul class="legend">${entries.join('')}</ul><div class="plot">${plot({ ...chart, label: caption })}</div><figcaption>${escapeHtml(caption)}</figcaption></figure>`;
}

/**
 * Returns figures side by side, below each other on a narrow screen.
 *
 * @param rest HTML that fills the space beside a fourth figure
 */
export function figureGrid(figures: readonly string[], rest = ''): string {
  const beside = rest === '' ? '' : `\n<div class="rest">${rest}</div>`;
  return `<div class="grid">${figures.join('\n')}${beside}</div>`;
}

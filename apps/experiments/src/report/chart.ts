import { parse, View } from 'vega';
import { compile, type TopLevelSpec } from 'vega-lite';

/**
 * Six hues that color-blind readers can distinguish (Okabe and Ito), on light and dark backgrounds.
 */
export const PALETTE = ['#0072b2', '#e69f00', '#009e73', '#d55e00', '#8c8c8c', '#cc79a7'];

/** The colors of train and test figures in charts that show both. */
export const TRAIN_COLOR = '#0072b2';
export const TEST_COLOR = '#d55e00';

/** The dashes of PyTorch's lines. */
export const DASH = [5, 4];

/**
 * Theme in which text and lines have the page's color, so that one chart fits the light and the
 * dark page.
 */
export const THEME = {
  background: 'transparent',
  font: 'system-ui, sans-serif',
  view: { stroke: null },
  axis: {
    labelColor: 'currentColor',
    titleColor: 'currentColor',
    tickColor: 'currentColor',
    domainColor: 'currentColor',
    gridColor: 'currentColor',
    gridOpacity: 0.12,
    titleFontWeight: 'normal',
    labelFontSize: 11,
    titleFontSize: 12,
  },
  legend: {
    labelColor: 'currentColor',
    titleColor: 'currentColor',
    labelFontSize: 12,
    symbolStrokeWidth: 3,
    symbolOpacity: 1,
    labelLimit: 480,
  },
  header: { labelColor: 'currentColor', titleColor: 'currentColor', labelFontSize: 12 },
  title: { color: 'currentColor', fontWeight: 'normal' },
} as const;

/**
 * Returns the axis of a logarithmic scale of these values: ticks at 1, 2 and 5 times each power of
 * ten, unless too few of them are in the range.
 */
export function logAxis(values: readonly number[]): { values?: number[] } {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const powers = Array.from({ length: 13 }, (_, index) => index - 6);
  const ticks = powers
    .flatMap((power) => [1, 2, 5].map((digit) => Number(`${digit}e${power}`)))
    .filter((tick) => tick >= low && tick <= high);
  return ticks.length < 3 ? {} : { values: ticks };
}

/** Draws a chart as SVG, always with the same bytes. */
export async function renderChart(spec: TopLevelSpec): Promise<string> {
  const view = new View(parse(compile(spec).spec), { renderer: 'none' });
  try {
    return await view.toSVG();
  } finally {
    view.finalize();
  }
}

import { parse, View } from 'vega';
import { compile, type TopLevelSpec } from 'vega-lite';

/** Six hues that stay apart for color-blind eyes (Okabe and Ito), on light and on dark ground. */
export const PALETTE = ['#0072b2', '#e69f00', '#009e73', '#d55e00', '#8c8c8c', '#cc79a7'];

/** Text and lines take the page's own color, so that one picture serves the light and the dark page. */
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
  },
  legend: {
    labelColor: 'currentColor',
    titleColor: 'currentColor',
    labelFontSize: 12,
    symbolStrokeWidth: 3,
    symbolOpacity: 1,
    labelLimit: 300,
  },
  header: { labelColor: 'currentColor', titleColor: 'currentColor', labelFontSize: 12 },
  title: { color: 'currentColor', fontWeight: 'normal' },
} as const;

/** Draws a chart as SVG, the same bytes each time. */
export async function renderChart(spec: TopLevelSpec): Promise<string> {
  const view = new View(parse(compile(spec).spec), { renderer: 'none' });
  try {
    return await view.toSVG();
  } finally {
    view.finalize();
  }
}

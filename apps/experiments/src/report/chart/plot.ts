import { escapeHtml } from '../escape.js';
import { position, type Scale } from './scale.js';

/** The size of a chart: one that is 360 wide needs no scaling on a phone. */
const [WIDTH, HEIGHT] = [360, 220];
const AREA = { left: 48, right: 348, top: 10, bottom: 178 } as const;

/** Number of colors, `c0` to `c5` in the page's style sheet. */
export const COLORS = 6;

/** A point of a line, in the units of the axes. */
type Point = readonly [x: number, y: number];

/** One line of a chart. */
export interface Line {
  title: string;
  /** The index of its color. */
  color: number;
  points: readonly Point[];
  dashed?: boolean;
  /** True to mark each point, `small` for many points. Default: false. */
  dots?: boolean | 'small';
  /** False for points that no line joins. Default: true. */
  line?: boolean;
  /** False for a line that only the caption explains. Default: true. */
  listed?: boolean;
  /** Values that are drawn thin behind the line, one for each point. */
  thin?: readonly number[];
}

/** One axis of a chart. */
interface Axis {
  title: string;
  scale: Scale;
  /** True for shares, which are shown as percentages. */
  percent?: boolean;
}

/** A chart of lines. */
export interface Plot {
  x: Axis;
  y: Axis;
  lines: readonly Line[];
  /** Thin gray lines in the background. */
  backdrop?: readonly (readonly Point[])[];
  /** The description for screen readers. */
  label: string;
  /** `x` to show all lines at one x under the pointer, `point` for the nearest point alone. */
  hover?: 'x' | 'point';
}

/**
 * Draws a chart of lines as SVG. Its colors are classes of the page, so that one chart fits light
 * and dark pages. A script of the page shows values under the pointer.
 */
export function plot({ x, y, lines, backdrop = [], label, hover = 'x' }: Plot): string {
  const place = ([px, py]: Point): string | null => {
    const [left, up] = [position(x.scale, px), position(y.scale, py)];
    if (!Number.isFinite(left) || !Number.isFinite(up)) return null;
    return `${tenths(left * (AREA.right - AREA.left))} ${tenths((1 - up) * (AREA.bottom - AREA.top))}`;
  };
  const [width, height] = [AREA.right - AREA.left, AREA.bottom - AREA.top];
  const behind = backdrop.map((points) => `<path class="back" d="${pathOf(points.map(place))}"/>`);
  const drawn = [
    // An inner svg cuts off what lies beyond the axes.
    behind.length > 0 ? `<svg width="${width}" height="${height}">${behind.join('')}</svg>` : '',
    ...lines.map(({ color, points, thin = [] }) => {
      const places = thin.map((value, index) => place([points[index]?.[0] ?? Number.NaN, value]));
      return thin.length === 0 ? '' : `<path class="thin c${color % COLORS}" d="${pathOf(places)}"/>`;
    }),
    ...lines.map((line) => lineSvg(line, line.points.map(place))),
  ];
  return `<svg class="chart" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${escapeHtml(label)}" data-hover="${escapeHtml(JSON.stringify(hoverData({ x, y, lines, hover })))}">${axes(x, y)}<g transform="translate(${AREA.left} ${AREA.top})">${drawn.join('')}</g></svg>`;
}

function lineSvg({ color, dashed, dots, line = true }: Line, places: readonly (string | null)[]): string {
  const kind = `c${color % COLORS}${dashed ? ' dashed' : ''}`;
  const marks = places.flatMap((each) => {
    const [cx, cy] = each?.split(' ') ?? [];
    // A single point has no line.
    return each && (dots || places.length === 1)
      ? [`<circle class="c${color % COLORS}" cx="${cx}" cy="${cy}" r="${dots === 'small' ? 1.3 : 2.6}"/>`]
      : [];
  });
  return `${line ? `<path class="line ${kind}" d="${pathOf(places)}"/>` : ''}${marks.join('')}`;
}

/** Returns a path through some points, with gaps where a scale cannot show a value. */
function pathOf(places: readonly (string | null)[]): string {
  return places
    .map((each, index) => (each === null ? '' : `${index > 0 && places[index - 1] ? 'L' : 'M'}${each}`))
    .join('');
}

function axes(x: Axis, y: Axis): string {
  const { left, right, top, bottom } = AREA;
  const across = y.scale.ticks.map((tick) => ({
    at: tenths(bottom - position(y.scale, tick) * (bottom - top)),
    text: tickText(tick, y),
  }));
  const along = x.scale.ticks.map((tick) => ({
    at: tenths(left + position(x.scale, tick) * (right - left)),
    text: tickText(tick, x),
  }));
  return [
    `<path class="grid" d="${across.map(({ at }) => `M${left} ${at}H${right}`).join('')}"/>`,
    `<path class="axis" d="M${left} ${top}V${bottom}H${right}${along.map(({ at }) => `M${at} ${bottom}v4`).join('')}"/>`,
    ...across.map(({ at, text }) => `<text class="y" x="${left - 6}" y="${tenths(at + 3.5)}">${text}</text>`),
    ...along.map(({ at, text }) => `<text class="x" x="${at}" y="${bottom + 17}">${text}</text>`),
    `<text class="x" x="${(left + right) / 2}" y="${HEIGHT - 6}">${escapeHtml(x.title)}</text>`,
    `<text class="x" transform="translate(11 ${(top + bottom) / 2}) rotate(-90)">${escapeHtml(y.title)}</text>`,
  ].join('');
}

/** The data of the page's script: the axes in pixels, and the points of each line. */
function hoverData({ x, y, lines, hover }: Pick<Plot, 'x' | 'y' | 'lines'> & { hover: string }): object {
  const axis = ({ title, scale, percent = false }: Axis, from: number, to: number) => ({
    title,
    percent,
    log: scale.kind === 'log',
    domain: scale.domain,
    pixels: [from, to],
  });
  return {
    by: hover,
    x: axis(x, AREA.left, AREA.right),
    y: axis(y, AREA.bottom, AREA.top),
    lines: lines.map(({ title, color, points }) => ({
      title,
      color: color % COLORS,
      points: points.map((point) => point.map((value) => Number(value.toPrecision(5)))),
    })),
  };
}

function tickText(value: number, { percent = false }: Axis): string {
  if (percent) return `${Number((value * 100).toPrecision(6))} %`;
  const text = Math.abs(value) >= 1000 ? value.toLocaleString('en') : String(value);
  return text.replace('-', '−');
}

function tenths(value: number): number {
  return Math.round(value * 10) / 10;
}

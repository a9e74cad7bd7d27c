import { describe, expect, it } from 'vitest';
import { HOVER_SCRIPT } from './hover.js';
import { plot } from './plot.js';
import { linearScale, stepScale } from './scale.js';

/** The parts of an element that the script uses. */
class FakeElement {
  readonly children: (FakeElement | string)[] = [];
  readonly style: Record<string, string> = {};
  readonly attributes: Record<string, string> = {};
  readonly offsetWidth = 50;
  hidden = false;
  className = '';
  textContent = '';
  append(...children: FakeElement[]) {
    this.children.push(...children);
  }
  replaceChildren(...children: (FakeElement | string)[]) {
    this.children.splice(0, Number.POSITIVE_INFINITY, ...children);
  }
  setAttribute(name: string, value: string) {
    this.attributes[name] = value;
  }
}

/** An svg of 720 px, twice its own units. */
class FakeSvg extends FakeElement {
  readonly parentElement = new FakeElement();
  readonly viewBox = { baseVal: { width: 360 } };
  readonly dataset: { hover: string };
  readonly listeners = new Map<string, (event: { clientX: number; clientY: number }) => void>();
  constructor(hover: string) {
    super();
    this.dataset = { hover };
  }
  getBoundingClientRect() {
    return { left: 10, top: 20, width: 720 };
  }
  addEventListener(name: string, listener: (event: { clientX: number; clientY: number }) => void) {
    this.listeners.set(name, listener);
  }
}

/** Runs the script on a chart; returns it and its tip. */
function chart(hover: 'x' | 'point') {
  const svg = plot({
    x: { title: 'step', scale: stepScale([10]) },
    y: { title: 'accuracy', scale: linearScale([0, 1]), percent: true },
    lines: [
      {
        title: '<i>A</i>',
        color: 0,
        points: [
          [0, 0],
          [10, 0.5],
        ],
      },
      {
        title: 'B',
        color: 1,
        points: [
          [0, 1],
          [10, 1],
        ],
      },
    ],
    label: '',
    hover,
  });
  const data = (/data-hover="([^"]*)"/.exec(svg)?.[1] ?? '')
    .replaceAll('&quot;', '"')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>');
  const fake = new FakeSvg(data);
  const document = {
    querySelectorAll: () => [fake],
    createElement: () => new FakeElement(),
    createElementNS: () => new FakeElement(),
  };
  new Function('document', HOVER_SCRIPT)(document);
  const [tip] = fake.parentElement.children;
  if (!(tip instanceof FakeElement)) throw new Error('The script made no tip; expected one.');
  const texts = () => tip.children.map((each) => (typeof each === 'string' ? each : each.textContent));
  /** Moves the pointer, in units of the chart. */
  const move = (x: number, y: number) =>
    fake.listeners.get('pointermove')?.({ clientX: 10 + 2 * x, clientY: 20 + 2 * y });
  return { tip, texts, move, leave: () => fake.listeners.get('pointerleave')?.({ clientX: 0, clientY: 0 }) };
}

describe('the script of a page with charts', () => {
  it('shows all values at the step under the pointer as text, and hides them again', () => {
    const { tip, texts, move, leave } = chart('x');
    expect(tip.hidden).toBe(true);
    move(330, 50);
    expect(tip.hidden).toBe(false);
    expect(texts()).toEqual(['step 10', '<i>A</i> 50.00 %', 'B 100.00 %']);
    move(60, 50);
    expect(texts()).toEqual(['step 0', '<i>A</i> 0.00 %', 'B 100.00 %']);
    leave();
    expect(tip.hidden).toBe(true);
  });

  it('shows the nearest point alone, and stays within the chart', () => {
    const { tip, texts, move } = chart('point');
    move(330, 20);
    expect(texts()).toEqual(['step 10', 'B 100.00 %']);
    expect(Number.parseFloat(tip.style['left'] ?? '')).toBe(670);
    move(330, 90);
    expect(texts()).toEqual(['step 10', '<i>A</i> 50.00 %']);
  });
});

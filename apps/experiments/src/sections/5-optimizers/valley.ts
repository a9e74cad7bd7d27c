import * as tf from '@tensorflow/tfjs-core';
import { AdamW, SGD } from '@trainkit/optimizers';

/** A point of the plane, with the height of the valley there. */
interface Place {
  x: number;
  y: number;
  loss: number;
}

/** Where an optimizer went, from the start on: one place a step. */
export interface Path {
  title: string;
  places: Place[];
}

/** The valley's floor rises this much less steeply than its walls. */
const FLOOR = 1;
const WALL = 40;

/** Turned against the axes, since along them AdamW, which scales every coordinate by itself, has too easy a game. */
const ANGLE = Math.PI / 6;

/** High on the wall, at the far end. */
const START = { along: -3, across: 0.7 };

const OPTIMIZERS: readonly { title: string; make: (parameters: tf.Variable[]) => SGD | AdamW }[] = [
  { title: 'SGD', make: (parameters) => new SGD(parameters, { learningRate: 0.03 }) },
  {
    title: 'SGD, momentum 0.8',
    make: (parameters) => new SGD(parameters, { learningRate: 0.03, momentum: 0.8 }),
  },
  { title: 'AdamW', make: (parameters) => new AdamW(parameters, { learningRate: 0.2, weightDecay: 0 }) },
];

/**
 * Each optimizer's way down a narrow valley, f(w) = ½ (1·a² + 40·b²), where a runs along its floor and b up its walls.
 *
 * The exercise's question in two dimensions: plain SGD must step so carefully that it does not climb the walls that it
 * crawls along the floor; momentum adds up the small steps along it; AdamW scales both directions.
 */
export function valleyPaths(steps: number): Path[] {
  return OPTIMIZERS.map(({ title, make }) => {
    const start = toPlane(START.along, START.across);
    const place = tf.tidy(() => tf.variable(tf.tensor1d([start.x, start.y])));
    const optimizer = make([place]);
    const places: Place[] = [];
    try {
      for (let step = 0; step <= steps; step++) {
        const [x = Number.NaN, y = Number.NaN] = place.dataSync();
        places.push({ x, y, loss: height(x, y) });
        const gradient = tf.tensor1d(slope(x, y));
        optimizer.applyGradients({ [place.name]: gradient });
        gradient.dispose();
      }
    } finally {
      optimizer.dispose();
      place.dispose();
    }
    return { title, places };
  });
}

/** Lines of equal height: ellipses, as points in order, closed. */
export function contours(heights: readonly number[], points = 120): Path[] {
  return heights.map((loss) => ({
    title: String(loss),
    places: Array.from({ length: points + 1 }, (_, index) => {
      const turn = (2 * Math.PI * index) / points;
      const along = Math.sqrt((2 * loss) / FLOOR) * Math.cos(turn);
      const across = Math.sqrt((2 * loss) / WALL) * Math.sin(turn);
      return { ...toPlane(along, across), loss };
    }),
  }));
}

function height(x: number, y: number): number {
  const { along, across } = toValley(x, y);
  return (FLOOR * along ** 2 + WALL * across ** 2) / 2;
}

function slope(x: number, y: number): [number, number] {
  const { along, across } = toValley(x, y);
  const point = toPlane(FLOOR * along, WALL * across);
  return [point.x, point.y];
}

function toPlane(along: number, across: number): { x: number; y: number } {
  const [cos, sin] = [Math.cos(ANGLE), Math.sin(ANGLE)];
  return { x: cos * along - sin * across, y: sin * along + cos * across };
}

function toValley(x: number, y: number): { along: number; across: number } {
  const [cos, sin] = [Math.cos(ANGLE), Math.sin(ANGLE)];
  return { along: cos * x + sin * y, across: cos * y - sin * x };
}

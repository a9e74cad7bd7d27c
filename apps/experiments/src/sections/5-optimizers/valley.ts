import * as tf from '@tensorflow/tfjs-core';
import { AdamW, SGD } from '@trainkit/optimizers';
import { z } from 'zod';

/** The schema of the path of an optimizer: its start, and a point for each step. */
export const pathSchema = z.object({
  title: z.string(),
  /** Points of the plane, with the height of the valley at each. */
  points: z.array(z.object({ x: z.number(), y: z.number(), loss: z.number() })),
});

/** See {@link pathSchema}. */
export type Path = z.infer<typeof pathSchema>;

/** The curvature along the valley's floor; that across it is larger. */
const FLOOR = 1;
const WALL = 40;

/**
 * The rotation of the valley against the axes. Without it the problem would be too easy for AdamW,
 * which scales every coordinate by itself.
 */
const ANGLE = Math.PI / 6;

/** The start: high on the wall, at the far end. */
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
 * Computes the path of each optimizer in a narrow valley, f(w) = ½ (1·a² + 40·b²), with a along its
 * floor and b across it.
 *
 * This is the exercise's question in two dimensions. Plain SGD needs a small learning rate for the
 * steep walls and is slow along the floor; momentum adds up the small steps along the floor; AdamW
 * scales both directions.
 */
export function valleyPaths(steps: number): Path[] {
  return OPTIMIZERS.map(({ title, make }) => {
    const start = toPlane(START.along, START.across);
    const weights = tf.tidy(() => tf.variable(tf.tensor1d([start.x, start.y])));
    const optimizer = make([weights]);
    const points: Path['points'] = [];
    try {
      for (let step = 0; step <= steps; step++) {
        const [x = Number.NaN, y = Number.NaN] = weights.dataSync();
        points.push({ x, y, loss: height(x, y) });
        const gradient = tf.tensor1d(slope(x, y));
        optimizer.applyGradients({ [weights.name]: gradient });
        gradient.dispose();
      }
    } finally {
      optimizer.dispose();
      weights.dispose();
    }
    return { title, points };
  });
}

/** Returns contour lines: closed ellipses, as points in order. */
export function contours(heights: readonly number[], points = 120): Path[] {
  return heights.map((loss) => ({
    title: String(loss),
    points: Array.from({ length: points + 1 }, (_, index) => {
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

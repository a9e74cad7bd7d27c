import * as tf from '@tensorflow/tfjs';
import type { Module } from '@trainkit/nn';

const RANGE = 5.5;
const COLORS = [
  [59, 110, 205],
  [222, 112, 48],
] as const;

/** Draws the points of two classes on a model's regions: each pixel has the color of the likelier class. */
export function plotRegions(
  canvas: HTMLCanvasElement,
  model: Module,
  points: readonly (readonly number[])[],
  labels: ArrayLike<number>,
): void {
  const { width, height } = canvas;
  const context = canvas.getContext('2d')!;
  const scale = (2 * RANGE) / width;
  const probabilities = tf.tidy(() => {
    const pixels = Array.from({ length: width * height }, (_, i) => [i % width, Math.floor(i / width)]);
    return tf.softmax(model.forward(tf.tensor2d(pixels).mul(scale).sub(RANGE))).dataSync();
  });
  const image = context.createImageData(width, height);
  for (let pixel = 0; pixel < width * height; pixel++) {
    const likelier = probabilities[2 * pixel]! > 0.5 ? 0 : 1;
    // A likelihood of 50 % is white.
    const strength = Math.abs(probabilities[2 * pixel]! - 0.5);
    const color = COLORS[likelier].map((value) => 255 - (255 - value) * strength);
    image.data.set([...color, 255], 4 * pixel);
  }
  context.putImageData(image, 0, 0);
  for (const [i, [x = 0, y = 0]] of points.entries()) {
    context.fillStyle = `rgb(${COLORS[labels[i] === 0 ? 0 : 1].join()})`;
    context.beginPath();
    context.arc((x + RANGE) / scale, (y + RANGE) / scale, 2.5, 0, 2 * Math.PI);
    context.fill();
  }
}

import * as tf from '@tensorflow/tfjs';
import type { Module } from '@trainkit/nn';

/** The largest coordinate that is drawn; the smallest is -RANGE. */
const RANGE = 5.5;

/** Red, green and blue of each class. */
const COLORS = [
  [42, 96, 190],
  [214, 96, 32],
] as const;

/**
 * Draws the points of two classes on a model's regions. A pixel has the color of its likelier
 * class; the color is paler for a lower probability.
 */
export function drawRegions(
  canvas: HTMLCanvasElement,
  model: Module,
  { points, labels }: { points: readonly number[][]; labels: ArrayLike<number> },
): void {
  const { width, height } = canvas;
  const context = canvas.getContext('2d');
  if (context === null)
    throw new Error('The canvas has no 2d context; expected a canvas without another context.');
  const scale = (2 * RANGE) / width;
  const probabilities = tf.tidy(() => {
    const pixels = Array.from({ length: width * height }, (_, i) => [i % width, Math.floor(i / width)]);
    return tf.softmax(model.forward(tf.tensor2d(pixels).mul(scale).sub(RANGE))).dataSync();
  });
  const image = context.createImageData(width, height);
  for (let pixel = 0; pixel < width * height; pixel++) {
    const first = probabilities[2 * pixel] ?? 0;
    const sure = Math.abs(first - 0.5);
    const color = COLORS[first > 0.5 ? 0 : 1].map((value) => 255 - (255 - value) * sure);
    image.data.set([...color, 255], 4 * pixel);
  }
  context.putImageData(image, 0, 0);
  for (const [i, [x = 0, y = 0]] of points.entries()) {
    context.fillStyle = `rgb(${COLORS[labels[i] === 0 ? 0 : 1].join()})`;
    context.beginPath();
    context.arc((x + RANGE) / scale, (y + RANGE) / scale, 2, 0, 2 * Math.PI);
    context.fill();
  }
}

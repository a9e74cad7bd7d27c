import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The solutions for the blanks of each file of exercise/, in order. */
const SOLUTIONS = {
  'xavier.ts': [
    `
    const bound = Math.sqrt(6 / (fanIn + fanOut));
    return tf.randomUniform([fanIn, fanOut], -bound, bound);`,
  ],
  'batch-norm.ts': [
    `
    const [count = 0] = x.shape;
    const { mean, variance } = tf.moments(x, 0);
    this.updateStatistics(mean, tf.mul(variance, count / (count - 1)));
    return tf.div(tf.sub(x, mean), tf.sqrt(tf.add(variance, this.eps)));`,
    `
    return tf.div(tf.sub(x, this.runningMean), tf.sqrt(tf.add(this.runningVar, this.eps)));`,
  ],
  'layer-norm.ts': [
    `
    return tf.tidy(() => {
      const axes = this.normalizedShape.map((_, i) => x.rank - 1 - i);
      const { mean, variance } = tf.moments(x, axes, true);
      const y = tf.div(tf.sub(x, mean), tf.sqrt(tf.add(variance, this.eps)));
      return this.weight && this.bias ? tf.add(tf.mul(y, this.weight), this.bias) : y;
    });`,
  ],
  'dropout.ts': [
    `
    if (this.p === 1) return tf.zerosLike(x);
    const mask = tf.cast(tf.greaterEqual(tf.randomUniform(x.shape), this.p), 'float32');
    return tf.div(tf.mul(x, mask), 1 - this.p);`,
  ],
  'adamw.ts': [
    `
    const [beta1, beta2] = this.betas;
    const { firstMoment, secondMoment, step } = state;
    firstMoment.assign(tf.add(tf.mul(beta1, firstMoment), tf.mul(1 - beta1, gradient)));
    secondMoment.assign(tf.add(tf.mul(beta2, secondMoment), tf.mul(1 - beta2, tf.square(gradient))));
    const first = tf.div(firstMoment, 1 - beta1 ** step);
    const second = tf.div(secondMoment, 1 - beta2 ** step);
    const decayed = tf.mul(param, 1 - this.learningRate * this.weightDecay);
    param.assign(tf.sub(decayed, tf.mul(this.learningRate, tf.div(first, tf.add(tf.sqrt(second), this.eps)))));`,
  ],
} as const;

/** A file of the exercise. */
export type Blank = keyof typeof SOLUTIONS;

/** The files of the exercise. */
export const BLANKS = Object.keys(SOLUTIONS).filter((name): name is Blank => name in SOLUTIONS);

/** A blank, from its first TODO to the end of the error in its place. */
const BLANK = /\n *\/\/ TODO(?:(?!throw)[\s\S])*throw new Error\([\s\S]*?\);/g;

/** Returns the path of a file of the exercise. */
export function pathOf(name: Blank): string {
  return fileURLToPath(new URL(`../../exercise/${name}`, import.meta.url));
}

/**
 * Returns the text of a file of the exercise with its blanks filled and nothing else changed,
 * including its imports.
 */
export function filledIn(name: Blank): string {
  const solutions: readonly string[] = SOLUTIONS[name];
  let filled = 0;
  const text = readFileSync(pathOf(name), 'utf8').replaceAll(BLANK, () => solutions[filled++] ?? '');
  if (filled !== solutions.length) {
    throw new Error(`${name} has ${filled} blanks; expected ${solutions.length}, one for each solution.`);
  }
  return text;
}

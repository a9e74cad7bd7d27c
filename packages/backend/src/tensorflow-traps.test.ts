import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';

// The behaviour of TensorFlow.js 4.22 in Node, so that a change of it is noticed, and what this
// package does instead.

/** Runs a program in its own process, since registered gradients stay registered. */
function run(...lines: string[]): string {
  const program = ["import * as tf from '@tensorflow/tfjs-core';", ...lines].join('\n');
  const args = ['--input-type=module', '--eval', program];
  return execFileSync(process.execPath, args, { cwd: import.meta.dirname, encoding: 'utf8' });
}

const SLOPE = 'console.log(tf.grad((x) => tf.square(x))(tf.scalar(3)).dataSync()[0]);';

it('tfjs-core alone registers no gradients', () => {
  const program = [
    'const gradient = tf.getGradient("Square");',
    'console.log(gradient === undefined ? "none" : "there");',
  ];
  expect(run(...program)).toBe('none\n');
});

it('useFastestBackend registers them', () => {
  const select = [
    "import { useFastestBackend } from '@trainkit/backend';",
    "await useFastestBackend({ prefer: 'cpu' });",
  ];
  expect(run(...select, SLOPE)).toContain('6\n');
});

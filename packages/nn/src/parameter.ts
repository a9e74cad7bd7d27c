import type { Variable } from '@tensorflow/tfjs-core';

/** Marks a parameter that was frozen, so that it is told from a buffer, for every copy of this package. */
const FROZEN = Symbol.for('@trainkit/nn.frozen');

/** Whether a variable is learned, be it frozen now, as against a buffer. */
export function isParameter(variable: Variable & { [FROZEN]?: true }): boolean {
  return variable.trainable || variable[FROZEN] === true;
}

export function freeze(variable: Variable & { [FROZEN]?: true }): void {
  variable.trainable = false;
  variable[FROZEN] = true;
}

export function unfreeze(variable: Variable & { [FROZEN]?: true }): void {
  variable.trainable = true;
  delete variable[FROZEN];
}

import { Tensor } from '@tensorflow/tfjs-core';
import { checkInteger, checkOptions, expected, type OptionNames } from '@trainkit/checks';
import type { Declaration } from './types.js';

const PREFIX = 'Trainkit';

const DECLARATION: OptionNames<Declaration> = {
  name: true,
  composite: true,
  visible: true,
  save: true,
  gradient: true,
  tensorflow: true,
  wasm: true,
  cpu: true,
  native: true,
};

/** Throws unless the declaration can be registered. */
export function checkDeclaration(declaration: Declaration): void {
  const { name, visible = 1, save } = checkOptions('defineKernel', declaration, DECLARATION);
  if (!name.startsWith(PREFIX) || name.length === PREFIX.length) {
    const expectation = `a name that starts with '${PREFIX}', since all libraries share TensorFlow.js' registry`;
    throw new Error(expected('defineKernel', 'name', name, expectation, `Write '${PREFIX}${name}'.`));
  }
  checkInteger('defineKernel', `visible of ${name}`, visible, { min: 1 });
  const { outputs = [] } = save ?? {};
  if (!outputs.every((output, i) => Number.isInteger(output) && output > (outputs[i - 1] ?? -1))) {
    const expectation = 'numbers of outputs, counted from 0, ascending';
    throw new RangeError(expected('defineKernel', `save.outputs of ${name}`, outputs, expectation));
  }
}

/** A function that throws if a version did not return the declared outputs. */
export function outputsCheck(
  { name, visible = 1, save }: Declaration,
  backend: string,
): (outputs: readonly unknown[]) => void {
  const needed = Math.max(visible, ...(save?.outputs ?? []).map((output) => output + 1));
  const result = `the result of the version for '${backend}'`;
  return (outputs) => {
    if (!Array.isArray(outputs) || !outputs.every((output) => output instanceof Tensor)) {
      throw new TypeError(expected(name, result, outputs, 'an array of tensors'));
    }
    if (outputs.length < needed) {
      const expectation = `at least ${needed} tensors: the visible outputs, and all that are saved`;
      throw new RangeError(expected(name, result, outputs, expectation));
    }
  };
}

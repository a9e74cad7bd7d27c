import { Tensor } from '@tensorflow/tfjs-core';

const PREFIX = 'Trainkit';

interface Counts {
  name: string;
  visible?: number;
  save?: { outputs?: readonly number[] };
}

/** Throws unless a declaration can be registered. */
export function checkDeclaration({ name, visible, save }: Counts): void {
  if (!name.startsWith(PREFIX) || name.length === PREFIX.length) {
    throw new Error(
      `defineKernel: the name '${name}' must start with '${PREFIX}': all libraries share TensorFlow.js' registry, ` +
        `and a name of its own kernels would take their place. Write '${PREFIX}${name}'.`,
    );
  }
  if (visible !== undefined && !(Number.isInteger(visible) && visible > 0)) {
    throw new RangeError(
      `defineKernel: ${name}: visible is how many outputs the caller gets, 1 or more; received ${visible}.`,
    );
  }
  const { outputs = [] } = save ?? {};
  if (!outputs.every((output, i) => Number.isInteger(output) && output > (outputs[i - 1] ?? -1))) {
    throw new RangeError(
      `defineKernel: ${name}: save.outputs are numbers of outputs, counted from 0, ascending; ` +
        `received [${outputs.join(', ')}].`,
    );
  }
}

/** Throws where a version did not return what the declaration counts on. */
export function checkOutputs(declaration: Counts, backend: string, outputs: readonly unknown[]): void {
  const { name, visible = 1, save } = declaration;
  const needed = Math.max(visible, ...(save?.outputs ?? []).map((output) => output + 1));
  const version = `${name}: the version for '${backend}'`;
  if (!Array.isArray(outputs)) {
    throw new TypeError(`${version} must return an array of tensors; received ${typeof outputs}.`);
  }
  const wrong = outputs.findIndex((output) => !(output instanceof Tensor));
  if (wrong !== -1) {
    throw new TypeError(`${version} must return tensors; output ${wrong} is ${typeof outputs[wrong]}.`);
  }
  if (outputs.length < needed) {
    throw new RangeError(
      `${version} returned ${outputs.length} of at least ${needed} outputs: the visible ones, and all that are saved.`,
    );
  }
}

import { type NamedTensorMap, Tensor, type Variable } from '@tensorflow/tfjs-core';
import { describeValue } from './describe.js';

/** A tensor and its name, which TensorFlow.js has a type for but does not export. */
export type NamedTensor = {
  /** For a gradient, `variable.name`. */
  name: string;
  /** Its numbers. */
  tensor: Tensor;
};

/** Gradients by `variable.name`, as `tf.variableGrads` gives them, or as a list of names and tensors. */
export type Gradients = NamedTensorMap | NamedTensor[];

/** A gradient and its variable. */
interface Matched {
  variable: Variable;
  gradient: Tensor;
}

/**
 * Finds each gradient's variable by name; entries without a gradient are left out.
 *
 * Throws, before anything is changed, for a variable that is not the optimizer's and for what is no gradient of it.
 */
export function matchGradients(
  optimizer: string,
  gradients: Gradients,
  find: (name: string) => Variable | undefined,
): Matched[] {
  const seen = new Set<string>();
  return entries(optimizer, gradients).flatMap(([name, gradient]) => {
    const variable = find(name);
    if (variable === undefined) {
      throw new Error(
        `${optimizer}: there is a gradient for the variable '${name}', which is not one of this optimizer's. ` +
          'Take gradients of its own variables only: the second argument of tf.variableGrads lists them.',
      );
    }
    if (seen.has(name)) throw new Error(`${optimizer}: there are two gradients for the variable '${name}'.`);
    seen.add(name);
    if (gradient === undefined || gradient === null) return [];
    checkGradient(optimizer, variable, gradient);
    return [{ variable, gradient }];
  });
}

/** Both forms as a list; a gradient may be missing in either, which their types do not say. */
function entries(optimizer: string, gradients: Gradients): [string, Tensor | null | undefined][] {
  if (Array.isArray(gradients)) {
    return gradients.map((entry, i) => {
      if (typeof entry === 'object' && entry !== null && typeof entry.name === 'string') {
        return [entry.name, entry.tensor];
      }
      throw new TypeError(
        `${optimizer}: gradient ${i} of the list must be { name, tensor }, name being variable.name; ` +
          `received ${describeValue(entry)}.`,
      );
    });
  }
  if (typeof gradients === 'object' && gradients !== null && !(gradients instanceof Tensor)) {
    return Object.entries(gradients);
  }
  throw new TypeError(
    `${optimizer}: gradients are a map by variable.name or a list of { name, tensor }; ` +
      `received ${describeValue(gradients)}.`,
  );
}

function checkGradient(optimizer: string, variable: Variable, gradient: Tensor): void {
  const { name, shape, dtype } = variable;
  if (variable.isDisposed) throw new Error(`${optimizer}: the variable '${name}' is disposed.`);
  if (!(gradient instanceof Tensor)) {
    throw new TypeError(
      `${optimizer}: the gradient of '${name}' must be a tensor; received ${describeValue(gradient)}.`,
    );
  }
  if (gradient.isDisposed) throw new Error(`${optimizer}: the gradient of '${name}' is disposed.`);
  if (dtype !== 'float32') {
    throw new TypeError(`${optimizer}: the variable '${name}' must be float32; it is ${dtype}.`);
  }
  const expected = `${dtype} [${shape.join(', ')}]`;
  const received = `${gradient.dtype} [${gradient.shape.join(', ')}]`;
  if (received !== expected) {
    throw new RangeError(
      `${optimizer}: the gradient of '${name}' must be ${expected} like the variable; received ${received}.`,
    );
  }
}

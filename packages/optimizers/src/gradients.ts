import { type NamedTensorMap, Tensor, type Variable } from '@tensorflow/tfjs-core';
import { expected, isPlain, show } from '@trainkit/checks';
import { checkFloat32, checkTensorShape } from '@trainkit/checks/tensor';
import { checkParameter } from './parameter-groups.js';

/** A tensor and its name, which TensorFlow.js has a type for but does not export. */
export type NamedTensor = {
  /** For a gradient, `variable.name`. */
  name: string;
  /** Its numbers. */
  tensor: Tensor;
};

/**
 * Gradients by `variable.name`, as `tf.variableGrads` gives them, or as a list of names and
 * tensors.
 */
export type Gradients = NamedTensorMap | NamedTensor[];

/** A gradient and its variable. */
interface Matched {
  variable: Variable;
  gradient: Tensor;
}

/**
 * Finds each gradient's variable by name; entries without a gradient are left out.
 *
 * Throws, before anything is changed, for a variable that is not the optimizer's and for what is no
 * gradient of it.
 */
export function matchGradients(
  optimizer: string,
  gradients: Gradients,
  find: (name: string) => Variable | undefined,
): Matched[] {
  const seen = new Set<string>();
  return asEntries(optimizer, gradients).flatMap(([name, gradient]) => {
    const variable = find(name);
    if (variable === undefined) {
      throw new Error(
        `${optimizer}: there is a gradient for the variable ${show(name)}, which is not one of this optimizer's. ` +
          'Take gradients of its own variables only: the second argument of tf.variableGrads lists them.',
      );
    }
    if (seen.has(name))
      throw new Error(`${optimizer}: there are two gradients for the variable ${show(name)}; expected one.`);
    seen.add(name);
    if (gradient === undefined || gradient === null) return [];
    checkGradient(optimizer, variable, gradient);
    return [{ variable, gradient }];
  });
}

/** Returns true for all that `tf.variableGrads` returns, as against its `grads`. */
export function isWholeResult(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || !('value' in value && 'grads' in value)) return false;
  return !(value.grads instanceof Tensor);
}

/** Both forms as a list; a gradient may be missing in either, which their types do not say. */
export function asEntries(optimizer: string, gradients: Gradients): [string, Tensor | null | undefined][] {
  if (Array.isArray(gradients)) {
    return gradients.map((entry, i) => {
      if (typeof entry === 'object' && entry !== null && typeof entry.name === 'string') {
        return [entry.name, entry.tensor];
      }
      throw new TypeError(
        expected(optimizer, `gradients[${i}]`, entry, '{ name, tensor }, with variable.name as the name'),
      );
    });
  }
  checkMap(optimizer, gradients);
  return Object.entries(gradients);
}

/**
 * A Map, a promise or the whole result of tf.variableGrads would pass for gradients of nothing, or
 * of strangers.
 */
function checkMap(optimizer: string, gradients: unknown): void {
  const isWhole = isWholeResult(gradients);
  if (isPlain(gradients) && !isWhole) return;
  const expectation = 'a map of tensors by variable.name, or a list of { name, tensor }';
  const advice = isWhole
    ? 'Write const { value, grads } = tf.variableGrads(…), and give it grads.'
    : instead(gradients);
  throw new TypeError(expected(optimizer, 'gradients', gradients, expectation, advice));
}

function instead(gradients: unknown): string {
  if (gradients instanceof Map) return 'Write Object.fromEntries(map).';
  if (gradients instanceof Promise) return 'Write await before it.';
  if (typeof gradients === 'function') return 'Write minimize(() => loss) for a function.';
  return '';
}

function checkGradient(optimizer: string, variable: Variable, gradient: Tensor): void {
  checkParameter(optimizer, variable.name, variable);
  const name = `gradients["${variable.name}"]`;
  checkFloat32(optimizer, name, gradient);
  checkTensorShape(optimizer, name, gradient, variable.shape, 'that of its variable');
}

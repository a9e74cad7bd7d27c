import * as tf from '@tensorflow/tfjs-core';
import { expected } from '@trainkit/checks';
import { checkDeclaration } from './checks.js';
import { claimName } from './names.js';
import { activeBackend, distinct, register, versionName } from './register.js';
import { hideOutputs, isRecorded, isRecordedTwice, repairTape } from './tape.js';
import type { Declaration, InputTensors, Kernel, KernelDeclaration, Tensors, Visible } from './types.js';

/**
 * Declares an op: its meaning (a composite of stock ops), its gradient, and faster versions for
 * single backends.
 *
 * The op is a kernel of TensorFlow.js like any other. It is registered under its name for the
 * active backend at its first call, so that importing a declaration has no effect. It is recorded
 * for gradients and shown by `tf.profile`. Backends may be switched, removed and added at run time.
 *
 * Gradients of gradients, of any order, are those of the composite: inside a nested gradient the
 * composite runs instead of the op, so `gradient` is only needed for the first order.
 *
 * Every version and every thunk runs in its own tidy.
 *
 * A name belongs to one op. Two declarations with the same name and different source texts are an
 * error. With the same text they count as one module that was evaluated twice (tests, development
 * servers), and each runs its own code. So reload the page after editing a declaration, since hot
 * replacement does not work. A name that another copy of this package has registered keeps that
 * registration.
 *
 * @returns a function from inputs and attributes to the visible outputs, always an array
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs';
 * import { defineKernel } from '@trainkit/kernels';
 *
 * const cube = defineKernel({
 *   name: 'TrainkitCube',
 *   composite: ({ x }: { x: tf.Tensor }) => [tf.mul(x, tf.square(x))],
 *   gradient: ([dy], { inputs: { x } }) => ({ x: () => tf.mul(dy, tf.mul(3, tf.square(x))) }),
 *   cpu: ({ x }) => [tf.tensor(x.dataSync().map((value) => value ** 3), x.shape)],
 * });
 *
 * console.log(cube({ x: tf.tensor1d([1, 2]) })[0].dataSync()); // → Float32Array(2) [ 1, 8 ]
 * console.log(tf.grad((x) => cube({ x })[0])(tf.tensor1d([1, 2])).dataSync()); // → Float32Array(2) [ 3, 12 ]
 * ```
 */
export function defineKernel<
  Inputs extends InputTensors,
  Outputs extends readonly [tf.Tensor, ...tf.Tensor[]],
  Attrs extends tf.NamedAttrMap = Record<never, never>,
  VisibleCount extends number = number,
  SavedInput extends keyof Inputs & string = keyof Inputs & string,
  const SavedOutputs extends readonly number[] = [],
>(
  declaration: KernelDeclaration<Inputs, Attrs, Outputs, VisibleCount, SavedInput, SavedOutputs>,
): Kernel<Inputs, Attrs, Visible<Outputs, VisibleCount>>;
export function defineKernel(declaration: Declaration): unknown {
  checkDeclaration(declaration);
  claimName(declaration);
  const { name, composite, visible, gradient } = declaration;
  const kernel = (given: InputTensors, attrs: tf.NamedAttrMap = {}): tf.Tensor[] => {
    const inputs = present(declaration, given);
    if (isRecordedTwice() || (gradient === undefined && isRecorded())) {
      repairTape();
      return tf.tidy(() => distinct(composite(inputs, attrs), inputs).slice(0, visible));
    }
    register(declaration, Object.keys(inputs));
    const outputs = tf.engine().runKernel<tf.Tensor[]>(name, inputs, attrs);
    if (visible === undefined || visible >= outputs.length) return outputs;
    hideOutputs(outputs, visible);
    // The tape has saved clones of the tensors that the gradient needs.
    for (const hidden of outputs.slice(visible)) hidden.dispose();
    return outputs.slice(0, visible);
  };
  const activeVersion = () => versionName(declaration, activeBackend());
  return Object.assign(kernel, { kernelName: name, composite, activeVersion });
}

/** The inputs without the optional ones that are left out. */
function present({ name, gradient }: Declaration, inputs: InputTensors): Tensors {
  if (isComplete(inputs)) return inputs;
  const entries = Object.entries(inputs);
  if (gradient !== undefined) {
    const missing = entries.filter(([, tensor]) => tensor === undefined).map(([key]) => key);
    const expectation = 'a tensor, since the kernel has a gradient of its own';
    throw new TypeError(expected(name, `the input ${missing.join(', ')}`, undefined, expectation));
  }
  return Object.fromEntries(
    entries.flatMap(([key, tensor]) => (tensor === undefined ? [] : [[key, tensor] as const])),
  );
}

function isComplete(inputs: InputTensors): inputs is Tensors {
  for (const name in inputs) if (inputs[name] === undefined) return false;
  return true;
}

import * as tf from '@tensorflow/tfjs-core';
import { outputsCheck } from './checks.js';
import { gradientFunction } from './gradient.js';
import { tidyOutputs } from './scope.js';
import type { AnyVersion, Declaration, Tensors, VersionName } from './types.js';

/** The declaration of this copy of the package from which a registration came. */
const origins = new WeakMap<tf.KernelConfig | tf.GradConfig, Declaration>();

/**
 * Registers an op for the active backend, and its gradient, unless that is already done.
 *
 * The registration of another declaration of this copy is replaced, so that a module that was
 * evaluated twice runs its own code, and so do two closures with the same text. Registrations from
 * elsewhere stay.
 */
export function register(declaration: Declaration, inputNames: readonly string[]): void {
  const { name, gradient } = declaration;
  const backendName = activeBackend();

  const kernel = tf.getKernel(name, backendName);
  if (mustBeRegistered(kernel, declaration)) {
    if (kernel !== undefined) tf.unregisterKernel(name, backendName);
    const config = { kernelName: name, backendName, kernelFunc: kernelFunction(declaration, backendName) };
    origins.set(config, declaration);
    tf.registerKernel(config);
  }

  const known = tf.getGradient(name);
  if (gradient === undefined || !mustBeRegistered(known, declaration)) return;
  if (known !== undefined) tf.unregisterGradient(name);
  const { inputs = inputNames, outputs = [] } = declaration.save ?? {};
  const config = {
    kernelName: name,
    inputsToSave: [...inputs],
    outputsToSave: Array.from({ length: Math.max(-1, ...outputs) + 1 }, (_, i) => outputs.includes(i)),
    gradFunc: gradientFunction(declaration, gradient, inputNames),
  };
  origins.set(config, declaration);
  tf.registerGradient(config);
}

function mustBeRegistered(
  registered: tf.KernelConfig | tf.GradConfig | undefined,
  declaration: Declaration,
): boolean {
  if (registered === undefined) return true;
  const origin = origins.get(registered);
  return origin !== undefined && origin !== declaration;
}

function kernelFunction(declaration: Declaration, backendName: string): tf.KernelFunc {
  const version: AnyVersion = declaration[versionName(declaration, backendName)] ?? declaration.composite;
  const check = outputsCheck(declaration, backendName);
  return ({ inputs, attrs = {} }) => {
    checkTensors(inputs);
    return tidyOutputs(() => {
      const outputs = version(inputs, attrs) ?? declaration.composite(inputs, attrs);
      check(outputs);
      return distinct(outputs, inputs);
    });
  };
}

/** The name of the active backend. */
export function activeBackend(): string {
  // TensorFlow.js selects a backend at the first request for one.
  if (tf.getBackend() == null) tf.backend();
  return tf.getBackend();
}

/** The name of the version for a backend: the composite where there is none of its own. */
export function versionName(declaration: Declaration, backendName: string): VersionName {
  const names = ['tensorflow', 'wasm', 'cpu', 'native'] as const;
  return names.find((name) => name === backendName && declaration[name] !== undefined) ?? 'composite';
}

/** The registry declares its inputs as `TensorInfo`; ops pass tensors to `runKernel`. */
function checkTensors(inputs: tf.NamedTensorInfoMap): asserts inputs is Record<string, tf.Tensor> {
  for (const name in inputs) {
    if (!(inputs[name] instanceof tf.Tensor)) throw new TypeError(`The input ${name} is not a tensor.`);
  }
}

/**
 * Copies outputs that are inputs or occur twice: they would be disposed with another tensor, or the
 * tape would confuse them with an input.
 */
export function distinct(outputs: readonly tf.Tensor[], inputs: Tensors): tf.Tensor[] {
  // There are only a few tensors, for which a set is slower.
  const others = Object.values(inputs);
  return outputs.map((output) => {
    const own = others.includes(output) ? tf.clone(output) : output;
    others.push(own);
    return own;
  });
}

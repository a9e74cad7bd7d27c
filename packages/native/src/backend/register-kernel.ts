import {
  copyRegisteredKernels,
  getKernelsForBackend,
  type KernelFunc,
  type NamedAttrMap,
  registerKernel,
  type TensorInfo,
  unregisterKernel,
} from '@tensorflow/tfjs-core';
import { type NativeBackend, ShapeError } from './native-backend.js';

/**
 * A native version of a kernel of TensorFlow.js, which returns null where these inputs are not for
 * it. The version of the cpu backend runs then.
 */
export type NativeVersion<Inputs, Attrs> = (
  inputs: Inputs,
  attrs: Attrs,
  backend: NativeBackend,
) => TensorInfo | TensorInfo[] | null;

/**
 * A native version under the kernel's name. Its parameters are compared both ways, as those of a
 * method.
 */
export interface StockKernel {
  readonly kernelName: string;
  version(inputs: object, attrs: NamedAttrMap, backend: NativeBackend): TensorInfo | TensorInfo[] | null;
}

/**
 * Declares a native version of a kernel of TensorFlow.js: the names of its inputs, and the type of
 * its attributes.
 */
export function stockKernel<Names extends string, Attrs = NamedAttrMap>(
  kernelName: string,
  version: NativeVersion<Record<Names, TensorInfo>, Attrs>,
): StockKernel {
  // TensorFlow.js keeps kernels without their types, and calls each with what its op has.
  return { kernelName, version: version as StockKernel['version'] };
}

/**
 * Kernels of the cpu backend that only make another tensor of the same array, which stays owned.
 */
const SHARING = new Set(['Identity', 'Reshape', 'ExpandDims']);

/**
 * Registers the kernels of the cpu backend for the backend `name`, and the native versions over
 * them.
 */
export function registerKernels(name: string, stockKernels: readonly StockKernel[]): void {
  // Those of a backend of this name that was removed stay in the registry.
  for (const { kernelName } of getKernelsForBackend(name)) unregisterKernel(kernelName, name);
  const versions = new Map(stockKernels.map((kernel) => [kernel.kernelName, kernel.version]));
  copyRegisteredKernels('cpu', name);
  for (const { kernelName, kernelFunc, ...rest } of getKernelsForBackend(name)) {
    if (SHARING.has(kernelName)) continue;
    const fallback = exposing(kernelName, kernelFunc);
    unregisterKernel(kernelName, name);
    registerKernel({
      ...rest,
      kernelName,
      backendName: name,
      kernelFunc: withFallback(versions.get(kernelName), fallback),
    });
  }
}

function withFallback(version: StockKernel['version'] | undefined, fallback: KernelFunc): KernelFunc {
  if (version === undefined) return fallback;
  return (args) => {
    const { inputs, attrs = {} } = args;
    const backend = args.backend as NativeBackend;
    return runOrRefuse(() => backend.runVersion(() => version(inputs, attrs, backend))) ?? fallback(args);
  };
}

/** The reasons of a kernel that is called with numbers or arrays that are none of its own. */
const REFUSALS =
  /: (?:its numbers are not those of this kernel|an array is missing, too short or of another type)$/;

/**
 * Runs a version; null where its arguments have no meaning for the kernel: the cpu backend computes
 * a result or names the mistake.
 */
function runOrRefuse<T>(run: () => T): T | null {
  try {
    return run();
  } catch (error) {
    if (error instanceof ShapeError || (error instanceof Error && REFUSALS.test(error.message))) return null;
    throw error;
  }
}

/** A kernel of the cpu backend, whose result may be a view of its input. */
function exposing(kernelName: string, kernelFunc: KernelFunc): KernelFunc {
  return (args) => {
    const inputs = Object.values(args.inputs) as (TensorInfo | TensorInfo[] | null | undefined)[];
    const tensors = inputs.flat().filter((input) => input != null);
    (args.backend as NativeBackend).fallBack(kernelName, tensors);
    return kernelFunc(args);
  };
}

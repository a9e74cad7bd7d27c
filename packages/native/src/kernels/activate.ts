import {
  type backend_util,
  Elu,
  getKernel,
  LeakyRelu,
  type NamedAttrMap,
  Prelu,
  Relu,
  Relu6,
  Sigmoid,
  type TensorInfo,
} from '@tensorflow/tfjs-core';
import type { NativeBackend } from '../backend/native-backend.js';

const KERNELS: Partial<Record<string, string>> = {
  relu: Relu,
  relu6: Relu6,
  elu: Elu,
  sigmoid: Sigmoid,
  leakyrelu: LeakyRelu,
  prelu: Prelu,
} satisfies Partial<Record<backend_util.Activation, string>>;

/** The activation of a fused kernel of TensorFlow.js. */
export interface ActivationAttrs {
  activation?: backend_util.Activation | null;
  leakyreluAlpha?: number;
}

/**
 * The activation of `y`, which is disposed of, by its own kernel: that is native where there is a
 * native version.
 *
 * @throws where there is no activation of this name
 */
export function activate(
  y: TensorInfo,
  { activation, leakyreluAlpha }: ActivationAttrs,
  preluActivationWeights: TensorInfo | null | undefined,
  backend: NativeBackend,
): TensorInfo {
  if (activation == null || activation === 'linear') return y;
  const kernelName = KERNELS[activation];
  const kernel = kernelName === undefined ? undefined : getKernel(kernelName, 'native');
  if (kernel == null) {
    backend.disposeIntermediateTensorInfo(y);
    throw new Error(
      `received the activation '${activation}'; expected one of linear, ${Object.keys(KERNELS).join(', ')}`,
    );
  }
  const inputs = preluActivationWeights == null ? { x: y } : { x: y, alpha: preluActivationWeights };
  const attrs: NamedAttrMap = leakyreluAlpha === undefined ? {} : { alpha: leakyreluAlpha };
  const result = kernel.kernelFunc({ inputs, attrs, backend });
  backend.disposeIntermediateTensorInfo(y);
  return Array.isArray(result) ? (result[0] ?? y) : result;
}

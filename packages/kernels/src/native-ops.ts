import { concat, reshape, scalar, slice, sum, type Tensor, tensor1d, tidy } from '@tensorflow/tfjs-core';
import { checkOptions, type OptionNames } from '@trainkit/checks';
import { type NativeAttribute, type NativeBackend, nativeBackend } from './native-backend.js';
import { thisMachine, usesOnednnOps } from './onednn-ops.js';
import { updateResources } from './resource-update.js';
import { isFasterSwapped, swappedProduct } from './swapped-product.js';

/** The factors of `matMul` that are transposed. */
export interface NativeMatMulOptions {
  /** Default false. */
  transposeA?: boolean | undefined;
  /** Default false. */
  transposeB?: boolean | undefined;
}

const MAT_MUL_OPTIONS: OptionNames<NativeMatMulOptions> = { transposeA: true, transposeB: true };

/** The inputs of `applyAdam`; all but the gradient are scalars. */
export interface NativeAdamInputs {
  /** The gradient, of the variables' shape. */
  gradient: Tensor;
  /** The factor of the quotient, including the bias correction. */
  learningRate: Tensor;
  /** The decay of the mean of the gradient. */
  beta1: Tensor;
  /** The decay of the mean of the squared gradient. */
  beta2: Tensor;
  /** The number that is added to the root. */
  eps: Tensor;
}

/** The inputs of `applyMomentum`; all but the gradient are scalars. */
export interface NativeMomentumInputs extends Pick<NativeAdamInputs, 'gradient' | 'learningRate'> {
  /** The decay of the buffer. */
  momentum: Tensor;
}

/** The options of ops that replace old values by new ones. */
export interface NativeUpdateOptions {
  /**
   * True to donate the old values: if no other tensor shares their memory, the op writes the
   * results into it, and the old values must not be read any more. Default false: they stay
   * unchanged.
   */
  inPlace?: boolean | undefined;
}

const UPDATE_OPTIONS: OptionNames<NativeUpdateOptions> = { inPlace: true };

/** The options of `applyMomentum`. */
export interface NativeMomentumOptions extends NativeUpdateOptions {
  /** True for Nesterov momentum, default false. */
  nesterov?: boolean | undefined;
}

const MOMENTUM_OPTIONS: OptionNames<NativeMomentumOptions> = { inPlace: true, nesterov: true };

/**
 * TensorFlow's native ops by their names, on the active backend, which must be tfjs-node's.
 *
 * Their calls are not recorded for gradients, so call them in the `tensorflow` version of a
 * `defineKernel`.
 *
 * @throws if another backend is active
 */
export function nativeOps(): NativeOps {
  const backend = nativeBackend();
  const ops = known.get(backend) ?? declareOps(new Native(backend), backend);
  known.set(backend, ops);
  return ops;
}

/** The ops of {@link nativeOps}. */
export type NativeOps = ReturnType<typeof declareOps>;

const known = new WeakMap<NativeBackend, NativeOps>();

/**
 * The number of rows from which on columns are summed in blocks, which is as fast. BiasAddGrad adds
 * one by one in float32, with a relative error of 1e-4 after 10,000 equal rows.
 */
const MANY_ROWS = 1024;

function declareOps(native: Native, backend: NativeBackend) {
  // True if products are TensorFlow's own, not oneDNN's and not a GPU's; the same in every run on a
  // machine.
  const isOwn = backend.isUsingGpuDevice !== true && usesOnednnOps(thisMachine()) === false;
  return {
    /**
     * a · b, both of rank 2.
     *
     * It uses `BatchMatMulV2`, since `MatMul` (TensorFlow 2.15 and 2.18, with oneDNN and without)
     * corrupts the heap if a signal reaches the thread during a product: Ctrl-C, a resized
     * terminal, a profiler. It takes 0.1 ms more for small matrices and less for large transposed
     * ones. On processors with AVX2 and without AVX-512, and with oneDNN's ops off, this op has the
     * same fault; `ONEDNN_MAX_CPU_ISA=AVX` in the environment avoids it, and makes a step a third
     * slower.
     *
     * If oneDNN's ops are off (processors without instructions for neural networks, or
     * `TF_ENABLE_ONEDNN_OPTS=0`), a · bᵀ with a large b is computed as (b · aᵀ)ᵀ, which is faster;
     * the last bits differ.
     */
    matMul: (a: Tensor, b: Tensor, options: NativeMatMulOptions = {}): Tensor => {
      const { transposeA = false, transposeB = false } = checkOptions('matMul', options, MAT_MUL_OPTIONS);
      const multiply = (left: Tensor, right: Tensor) =>
        native.one('BatchMatMulV2', [left, right], { T: left, adj_x: transposeA, adj_y: transposeB });
      // The attributes also conjugate complex numbers, and (b · a*)ᵀ differs from a · b*.
      const mayBeSwapped = isOwn && transposeB && !transposeA && a.dtype !== 'complex64';
      return mayBeSwapped && isFasterSwapped(a.shape, b.shape)
        ? swappedProduct(a, b, multiply)
        : multiply(a, b);
    },
    /** a + b, broadcast. */
    add: (a: Tensor, b: Tensor) => native.one('AddV2', [a, b], { T: a }),
    /** a − b, broadcast. */
    sub: (a: Tensor, b: Tensor) => native.one('Sub', [a, b], { T: a }),
    /** a · b element by element, broadcast. */
    mul: (a: Tensor, b: Tensor) => native.one('Mul', [a, b], { T: a }),
    /** x². */
    square: (x: Tensor) => native.one('Square', [x], { T: x }),
    /** 1 / √x. */
    rsqrt: (x: Tensor) => native.one('Rsqrt', [x], { T: x }),
    /** The mean over the last dimension, which is kept with size 1. */
    meanOfRows: (x: Tensor) => {
      const axes = tensor1d([-1], 'int32');
      const means = native.one('Mean', [x, axes], { T: x, Tidx: axes, keep_dims: true });
      axes.dispose();
      return means;
    },
    /** x + bias, over the last dimension. */
    biasAdd: (x: Tensor, bias: Tensor) => native.one('BiasAdd', [x, bias], { T: x }),
    /**
     * The sum over all dimensions but the last, the gradient of a bias; x has at least two
     * dimensions.
     */
    columnSums: (x: Tensor) => {
      const columns = x.shape.at(-1) ?? 1;
      const rows = x.size / columns;
      if (!(rows > MANY_ROWS)) return native.one('BiasAddGrad', [x], { T: x });
      return tidy(() => {
        const flat = reshape(x, [rows, columns]);
        const length = Math.floor(Math.sqrt(rows));
        const blocks = Math.floor(rows / length);
        const whole = slice(flat, [0, 0], [blocks * length, columns]);
        const rest = slice(flat, [blocks * length, 0]);
        const sums = sum(reshape(whole, [blocks, length, columns]), 1);
        return sum(concat([sums, rest]), 0);
      });
    },
    /** dy · (1 − y²), where y is the output of tanh. */
    tanhGrad: (y: Tensor, dy: Tensor) => native.one('TanhGrad', [y, dy], { T: y }),
    /** dy · y · (1 − y), where y is the output of sigmoid. */
    sigmoidGrad: (y: Tensor, dy: Tensor) => native.one('SigmoidGrad', [y, dy], { T: y }),
    /** dy where x > 0, else 0; x may be the output of relu. */
    reluGrad: (dy: Tensor, x: Tensor) => native.one('ReluGrad', [dy, x], { T: x }),
    /** x − log Σ exp(x), over the last dimension. */
    logSoftmax: (x: Tensor) => native.one('LogSoftmax', [x], { T: x }),
    /**
     * The loss of each row, `[N]`, and its gradient, `[N, C]`, for logits `[N, C]` and int32
     * labels `[N]`.
     */
    sparseSoftmaxCrossEntropyWithLogits: (logits: Tensor, labels: Tensor) =>
      native.two('SparseSoftmaxCrossEntropyWithLogits', [logits, labels], { T: logits, Tlabels: labels }),
    /**
     * [parameter, m, v] after one step of Adam, new tensors: m += (g − m)·(1 − β1), v += (g² −
     * v)·(1 − β2), parameter −= learningRate · m / (√v + eps).
     */
    applyAdam: (
      variables: readonly [parameter: Tensor, m: Tensor, v: Tensor],
      { gradient, learningRate, beta1, beta2, eps }: NativeAdamInputs,
      options: NativeUpdateOptions = {},
    ): [parameter: Tensor, m: Tensor, v: Tensor] => {
      const { inPlace = false } = checkOptions('applyAdam', options, UPDATE_OPTIONS);
      // The op has its own bias correction, which is 1 if both powers are 0.
      const none = scalar(0);
      const inputs = [none, none, learningRate, beta1, beta2, eps, gradient];
      const update = { op: 'ResourceApplyAdam', variables, inputs, flags: {} };
      const [parameter, m, v] = updateResources(backend, update, { inPlace });
      none.dispose();
      return [parameter!, m!, v!];
    },
    /** The same as `applyAdam` with the largest v so far, `vMax`, in the root. */
    applyAdamWithAmsgrad: (
      variables: readonly [parameter: Tensor, m: Tensor, v: Tensor, vMax: Tensor],
      { gradient, learningRate, beta1, beta2, eps }: NativeAdamInputs,
      options: NativeUpdateOptions = {},
    ): [parameter: Tensor, m: Tensor, v: Tensor, vMax: Tensor] => {
      const { inPlace = false } = checkOptions('applyAdamWithAmsgrad', options, UPDATE_OPTIONS);
      const none = scalar(0);
      const inputs = [none, none, learningRate, beta1, beta2, eps, gradient];
      const update = { op: 'ResourceApplyAdamWithAmsgrad', variables, inputs, flags: {} };
      const [parameter, m, v, vMax] = updateResources(backend, update, { inPlace });
      none.dispose();
      return [parameter!, m!, v!, vMax!];
    },
    /** parameter − learningRate · gradient, a new tensor. */
    applyGradientDescent: (
      parameter: Tensor,
      { gradient, learningRate }: Pick<NativeAdamInputs, 'gradient' | 'learningRate'>,
      options: NativeUpdateOptions = {},
    ): Tensor => {
      const { inPlace = false } = checkOptions('applyGradientDescent', options, UPDATE_OPTIONS);
      const inputs = [learningRate, gradient];
      const update = { op: 'ResourceApplyGradientDescent', variables: [parameter], inputs, flags: {} };
      return updateResources(backend, update, { inPlace })[0]!;
    },
    /**
     * [parameter, buffer] after one step with momentum, new tensors: buffer = momentum · buffer +
     * g, parameter −= learningRate · buffer, or with nesterov learningRate · (g + momentum ·
     * buffer).
     */
    applyMomentum: (
      variables: readonly [parameter: Tensor, buffer: Tensor],
      { gradient, learningRate, momentum }: NativeMomentumInputs,
      options: NativeMomentumOptions = {},
    ): [parameter: Tensor, buffer: Tensor] => {
      const { inPlace = false, nesterov = false } = checkOptions('applyMomentum', options, MOMENTUM_OPTIONS);
      const inputs = [learningRate, gradient, momentum];
      const update = { op: 'ResourceApplyMomentum', variables, inputs, flags: { use_nesterov: nesterov } };
      const [parameter, buffer] = updateResources(backend, update, { inPlace });
      return [parameter!, buffer!];
    },
  };
}

/** The attributes of an op; a tensor means its dtype. */
type Attributes = Readonly<Record<string, Tensor | boolean>>;

class Native {
  readonly #backend: NativeBackend;

  constructor(backend: NativeBackend) {
    this.#backend = backend;
  }

  one(op: string, inputs: Tensor[], attributes: Attributes): Tensor {
    return this.#backend.executeSingleOutput(op, this.#encode(attributes), inputs);
  }

  two(op: string, inputs: Tensor[], attributes: Attributes): [Tensor, Tensor] {
    const [first, second] = this.#backend.executeMultipleOutputs(op, this.#encode(attributes), inputs, 2);
    return [first!, second!];
  }

  #encode(attributes: Attributes): NativeAttribute[] {
    const { binding } = this.#backend;
    return Object.entries(attributes).map(([name, value]) =>
      typeof value === 'boolean'
        ? { name, type: binding.TF_ATTR_BOOL, value }
        : { name, type: binding.TF_ATTR_TYPE, value: binding[NATIVE_DTYPES[value.dtype]] },
    );
  }
}

const NATIVE_DTYPES = {
  float32: 'TF_FLOAT',
  int32: 'TF_INT32',
  bool: 'TF_BOOL',
  complex64: 'TF_COMPLEX64',
  string: 'TF_STRING',
} as const;

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

/** The inputs of an update by `applyAdam`, scalars all but the gradient. */
export interface NativeAdamInputs {
  /** Of the variables' shape. */
  gradient: Tensor;
  /** What the quotient is multiplied by; the bias correction is in it. */
  learningRate: Tensor;
  /** How much of the mean stays. */
  beta1: Tensor;
  /** How much of the mean square stays. */
  beta2: Tensor;
  /** What is added to the root. */
  eps: Tensor;
}

/** The inputs of an update by `applyMomentum`, scalars all but the gradient. */
export interface NativeMomentumInputs extends Pick<NativeAdamInputs, 'gradient' | 'learningRate'> {
  /** How much of the buffer stays. */
  momentum: Tensor;
}

/** What becomes of the old values of what an op updates. */
export interface NativeUpdateOptions {
  /**
   * Whether they are given up: where nobody else holds them the op works in their memory, and they must not be read any
   * more, but replaced by the results. Default false: they stay.
   */
  inPlace?: boolean | undefined;
}

const UPDATE_OPTIONS: OptionNames<NativeUpdateOptions> = { inPlace: true };

/** The options of `applyMomentum`. */
export interface NativeMomentumOptions extends NativeUpdateOptions {
  /** Whether it looks ahead, default false. */
  nesterov?: boolean | undefined;
}

const MOMENTUM_OPTIONS: OptionNames<NativeMomentumOptions> = { inPlace: true, nesterov: true };

/**
 * TensorFlow's native ops by their names, on the active backend, which must be tfjs-node's.
 *
 * They are not recorded for gradients: call them in the `tensorflow` version of a `defineKernel`.
 *
 * @throws where another backend is active
 */
export function nativeOps(): NativeOps {
  const backend = nativeBackend();
  const ops = known.get(backend) ?? declareOps(new Native(backend), backend);
  known.set(backend, ops);
  return ops;
}

/** What {@link nativeOps} returns. */
export type NativeOps = ReturnType<typeof declareOps>;

const known = new WeakMap<NativeBackend, NativeOps>();

/**
 * From so many rows on, columns are summed block by block, which is as fast: BiasAddGrad adds one by one in float32,
 * and is off by 1e-4 after 10,000 equal rows.
 */
const MANY_ROWS = 1024;

function declareOps(native: Native, backend: NativeBackend) {
  // Whether products are TensorFlow's own, not oneDNN's and not a GPU's; the same in every run on a machine.
  const isOwn = backend.isUsingGpuDevice !== true && usesOnednnOps(thisMachine()) === false;
  return {
    /**
     * a · b, both of rank 2.
     *
     * By `BatchMatMulV2`, not `MatMul`: that one (TensorFlow 2.15 and 2.18, with oneDNN and without) corrupts the heap
     * where a signal reaches the thread in the middle of a product: Ctrl-C, a resized terminal, a profiler. It costs
     * 0.1 ms more on small matrices and less on large transposed ones. With AVX2 and no AVX-512, and with oneDNN's ops
     * off, this one does too; `ONEDNN_MAX_CPU_ISA=AVX` in the environment avoids it, and makes a step a third slower.
     *
     * Where oneDNN's ops are off (processors without instructions for neural networks, or `TF_ENABLE_ONEDNN_OPTS=0`), a · bᵀ
     * with a large b is computed as (b · aᵀ)ᵀ, which is faster; the last bits depend on it.
     */
    matMul: (a: Tensor, b: Tensor, options: NativeMatMulOptions = {}): Tensor => {
      const { transposeA = false, transposeB = false } = checkOptions('matMul', options, MAT_MUL_OPTIONS);
      const multiply = (left: Tensor, right: Tensor) =>
        native.one('BatchMatMulV2', [left, right], { T: left, adj_x: transposeA, adj_y: transposeB });
      // The attributes conjugate complex numbers too, and (b · a*)ᵀ is not a · b*.
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
    /** The mean over the last dimension, which stays as one of size 1. */
    meanOfRows: (x: Tensor) => {
      const axes = tensor1d([-1], 'int32');
      const means = native.one('Mean', [x, axes], { T: x, Tidx: axes, keep_dims: true });
      axes.dispose();
      return means;
    },
    /** x + bias, over the last dimension. */
    biasAdd: (x: Tensor, bias: Tensor) => native.one('BiasAdd', [x, bias], { T: x }),
    /** The sum over all dimensions but the last, of which there is one more at least: the gradient of a bias. */
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
    /** dy · (1 − y²), y being the output of tanh. */
    tanhGrad: (y: Tensor, dy: Tensor) => native.one('TanhGrad', [y, dy], { T: y }),
    /** dy · y · (1 − y), y being the output of sigmoid. */
    sigmoidGrad: (y: Tensor, dy: Tensor) => native.one('SigmoidGrad', [y, dy], { T: y }),
    /** dy where x > 0, else 0; x may be the output of relu. */
    reluGrad: (dy: Tensor, x: Tensor) => native.one('ReluGrad', [dy, x], { T: x }),
    /** x − log Σ exp(x), over the last dimension. */
    logSoftmax: (x: Tensor) => native.one('LogSoftmax', [x], { T: x }),
    /** Of `[N, C]` logits and int32 `[N]` labels: the loss of each row, `[N]`, and its gradient, `[N, C]`. */
    sparseSoftmaxCrossEntropyWithLogits: (logits: Tensor, labels: Tensor) =>
      native.two('SparseSoftmaxCrossEntropyWithLogits', [logits, labels], { T: logits, Tlabels: labels }),
    /**
     * [parameter, m, v] after one step of Adam, new tensors: m += (g − m)·(1 − β1), v += (g² − v)·(1 − β2),
     * parameter −= learningRate · m / (√v + eps).
     */
    applyAdam: (
      variables: readonly [parameter: Tensor, m: Tensor, v: Tensor],
      { gradient, learningRate, beta1, beta2, eps }: NativeAdamInputs,
      options: NativeUpdateOptions = {},
    ): [parameter: Tensor, m: Tensor, v: Tensor] => {
      const { inPlace = false } = checkOptions('applyAdam', options, UPDATE_OPTIONS);
      // The op has a bias correction of its own, which is 1 where both powers are 0.
      const none = scalar(0);
      const inputs = [none, none, learningRate, beta1, beta2, eps, gradient];
      const update = { op: 'ResourceApplyAdam', variables, inputs, flags: {} };
      const [parameter, m, v] = updateResources(backend, update, { inPlace });
      none.dispose();
      return [parameter!, m!, v!];
    },
    /** The same as `applyAdam`, with the largest v so far, `vMax`, in the root. */
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
     * [parameter, buffer] after one step with momentum, new tensors: buffer = momentum · buffer + g, parameter −=
     * learningRate · buffer, or with nesterov learningRate · (g + momentum · buffer).
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

/** A tensor stands for its dtype. */
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

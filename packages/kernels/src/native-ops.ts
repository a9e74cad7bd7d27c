import { concat, reshape, slice, sum, type Tensor, tensor1d, tidy } from '@tensorflow/tfjs-core';
import { type NativeAttribute, type NativeBackend, nativeBackend } from './native-backend.js';

/** Which factors of {@link NativeOps.matMul} are transposed. */
export interface NativeMatMulOptions {
  /** Default false. */
  transposeA?: boolean;
  /** Default false. */
  transposeB?: boolean;
}

/**
 * TensorFlow's native ops by their names, on the active backend, which must be tfjs-node's.
 *
 * They are not recorded for gradients: call them in the `tensorflow` version of a `defineKernel`.
 *
 * @throws where another backend is active
 */
export function nativeOps(): NativeOps {
  const backend = nativeBackend();
  const ops = known.get(backend) ?? declareOps(new Native(backend));
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

function declareOps(native: Native) {
  return {
    /**
     * a · b, both of rank 2.
     *
     * By `BatchMatMulV2`, not `MatMul`: that one (TensorFlow 2.15 and 2.18, with oneDNN and without) corrupts the heap
     * where a signal reaches the thread in the middle of a product: Ctrl-C, a resized terminal, a profiler. It costs
     * 0.1 ms more on small matrices and less on large transposed ones.
     */
    matMul: (a: Tensor, b: Tensor, { transposeA = false, transposeB = false }: NativeMatMulOptions = {}) =>
      native.one('BatchMatMulV2', [a, b], { T: a, adj_x: transposeA, adj_y: transposeB }),
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
        ? { name, type: binding['TF_ATTR_BOOL']!, value }
        : { name, type: binding['TF_ATTR_TYPE']!, value: binding[NATIVE_DTYPES[value.dtype]]! },
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

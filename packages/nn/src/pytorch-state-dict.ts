import { type DataType, type Tensor, tensor, transpose, type Variable } from '@tensorflow/tfjs-core';
import { checkOptions, expected } from '@trainkit/checks';
import { checkTensor } from '@trainkit/checks/tensor';
import { type AnyModule, checkModule } from './module.js';
import { pytorchAxesOf } from './parameter.js';
import { faultOf, isLoadedDtype, lossOf, numbersOf, type PyTorchTensor } from './pytorch-tensor.js';
import {
  disposedVariable,
  LOAD_STATE_DICT_OPTIONS,
  type LoadReport,
  type LoadStateDictOptions,
  loadVariables,
} from './state-dict.js';

/**
 * Every parameter and buffer of a module in PyTorch's format, as `model.state_dict()` returns it
 * there, as plain data.
 *
 * float32 becomes F32, int32 becomes I64 (as `num_batches_tracked`), bool becomes BOOL, under
 * PyTorch's names. A variable whose layer declares another order of PyTorch's dimensions is
 * transposed: the weight of `Linear` is `[out, in]`. The data are copies, which do not change as
 * the model trains.
 *
 * The trap: the layout of the input matters too. Images are `[N, height, width, channels]` in
 * TensorFlow.js and `[N, channels, height, width]` in PyTorch, so they flatten to different
 * orders.
 *
 * @returns by path; `encodeSafetensors` of `@trainkit/safetensors` makes a file of it, which
 *   `load_file` of Python's safetensors reads for `model.load_state_dict`
 * @throws TypeError for anything but a Module, and for a variable whose dtype PyTorch lacks
 *
 * @example
 * ```ts
 * import '@tensorflow/tfjs';
 * import { Linear, pytorchStateDict } from '@trainkit/nn';
 *
 * const { weight, bias } = pytorchStateDict(new Linear(3, 2));
 * console.log(weight?.dtype, weight?.shape, bias?.shape); // → F32 [ 2, 3 ] [ 2 ]
 * ```
 */
export function pytorchStateDict(module: AnyModule): Record<string, PyTorchTensor> {
  checkModule('pytorchStateDict', 'module', module);
  return Object.fromEntries(
    Object.entries(module.stateDict()).map(([path, variable]) => [path, written(path, variable)]),
  );
}

/**
 * Loads a state dict of PyTorch's into a module: `decodeSafetensors(bytes).tensors` of
 * `@trainkit/safetensors`.
 *
 * It reverses {@link pytorchStateDict}, and is as strict as `loadStateDict`: one error names every
 * missing, unexpected and misshapen entry, and nothing has been loaded. Numbers are converted to
 * the dtype of the variable, as in PyTorch: F64 and large integers are rounded to float32; a number
 * that the dtype cannot hold is an error. The caller keeps `state`.
 *
 * As in Python, a state may lack `num_batches_tracked`, and may have a tied weight under only one
 * of its names, as safetensors' `save_model` writes it. `rename` converts the names of another
 * model, and leaves entries out:
 *
 * - from `DataParallel`: `{ rename: (name) => name.replace(/^module\./, '') }`
 * - with another head: `{ strict: false, rename: (name) => (name.startsWith('head.') ? null : name)
 *   }`
 * - both: rename first, then `return path.startsWith('head.') ? null : path`
 *
 * A training script's checkpoint, `{ state_dict, epoch }`, contains the state: pass
 * `checkpoint.state_dict`. A state without any matching entry is an error, even with
 * `strict: false`.
 *
 * The trap: `loadStateDict` accepts a square weight of PyTorch's as a tensor, and does not
 * transpose it.
 *
 * @param state by path, in PyTorch's layout
 * @returns the missing and the unexpected names; both lists are empty with `strict`, which throws
 *   instead
 * @throws Error if the state does not fit; TypeError for arguments of the wrong type
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs';
 * import { Linear, loadPyTorchStateDict } from '@trainkit/nn';
 *
 * const layer = new Linear(3, 2);
 * loadPyTorchStateDict(layer, {
 *   weight: { dtype: 'F32', shape: [2, 3], data: Float32Array.of(1, 2, 3, 4, 5, 6) },
 *   bias: { dtype: 'F64', shape: [2], data: Float64Array.of(0, 0.5) },
 * });
 * console.log(layer.forward(tf.tensor2d([[1, 0, 0]])).dataSync()); // → Float32Array(2) [ 1, 4.5 ]
 * ```
 */
export function loadPyTorchStateDict(
  module: AnyModule,
  state: Readonly<Record<string, PyTorchTensor>>,
  options: LoadStateDictOptions = {},
): LoadReport {
  checkModule('loadPyTorchStateDict', 'module', module);
  const checked = checkOptions('loadPyTorchStateDict', options, LOAD_STATE_DICT_OPTIONS);
  const variables = Object.entries(module.stateDict());
  const loader = { caller: 'loadPyTorchStateDict', mismatch, read, isOptional };
  return loadVariables(loader, module.constructor.name, variables, state, checked);
}

/** As in PyTorch: files from before 0.4.1 have no counts, and the model then keeps its own. */
function isOptional(path: string, { dtype, rank }: Variable): boolean {
  return /(^|\.)num_batches_tracked$/.test(path) && dtype === 'int32' && rank === 0;
}

/** The dtype of PyTorch for each dtype of TensorFlow.js. */
const WRITTEN: { readonly [D in DataType]?: 'F32' | 'I64' | 'BOOL' } = {
  float32: 'F32',
  int32: 'I64',
  bool: 'BOOL',
};

function written(path: string, variable: Variable): PyTorchTensor {
  checkTensor('pytorchStateDict', path, variable);
  const shape = pytorchShape(variable);
  const data = reordered(variable, pytorchAxesOf(variable));
  switch (WRITTEN[variable.dtype]) {
    case 'F32':
      return { dtype: 'F32', shape, data: new Float32Array(data) };
    case 'I64':
      return { dtype: 'I64', shape, data: BigInt64Array.from(data, BigInt) };
    case 'BOOL':
      return { dtype: 'BOOL', shape, data: new Uint8Array(data) };
    default:
      throw new TypeError(expected('pytorchStateDict', path, variable, 'float32, int32 or bool'));
  }
}

function mismatch(path: string, variable: Variable, value: PyTorchTensor): string | null {
  if (variable.isDisposed) return disposedVariable(path);
  const fault = faultOf(path, value);
  if (fault !== null) return fault;
  const expected = pytorchShape(variable).join(', ');
  const received = value.shape.join(', ');
  // As in Python: a scalar may be a list of one number, as in files from before PyTorch 0.4.
  const isScalar = variable.rank === 0 && received === '1';
  if ((received === expected || isScalar) && isLoadedDtype(variable.dtype))
    return lossOf(path, value, variable.dtype);
  const dtype = WRITTEN[variable.dtype] ?? variable.dtype;
  return `misshapen: ${path} is ${value.dtype} [${received}], the model's in PyTorch is ${dtype} [${expected}]`;
}

/** The numbers of `value` in the order of `variable`. */
function read(variable: Variable, value: PyTorchTensor): Float32Array | Int32Array | Uint8Array {
  if (!isLoadedDtype(variable.dtype)) throw new TypeError(`${variable.dtype} was not checked.`);
  const numbers = numbersOf(value, variable.dtype);
  const axes = pytorchAxesOf(variable);
  if (isInOrder(axes)) return numbers;
  const there = tensor(numbers, [...value.shape], variable.dtype);
  const inverse = axes.map((_, i) => axes.indexOf(i));
  try {
    return reordered(there, inverse);
  } finally {
    there.dispose();
  }
}

/** The numbers of `x` with its dimensions in another order; not always a new array. */
function reordered(x: Tensor, axes: readonly number[]): Float32Array | Int32Array | Uint8Array {
  if (isInOrder(axes)) return x.dataSync();
  const there = transpose(x, [...axes]);
  try {
    // Not in a `tidy`, which searches the returned numbers for tensors one by one: 0.1 s for
    // 400,000.
    return there.dataSync();
  } finally {
    there.dispose();
  }
}

function pytorchShape(variable: Variable): number[] {
  return pytorchAxesOf(variable).map((axis) => variable.shape[axis]!);
}

function isInOrder(axes: readonly number[]): boolean {
  return axes.every((axis, i) => axis === i);
}

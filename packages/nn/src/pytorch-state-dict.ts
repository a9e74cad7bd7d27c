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
 * Every parameter and buffer of a module as PyTorch has it: what `model.state_dict()` is there, as plain data.
 *
 * float32 is F32, int32 is I64 (as `num_batches_tracked` is), bool is BOOL, under PyTorch's names. A variable whose layer
 * says that PyTorch orders its dimensions otherwise is transposed: the weight of `Linear` is `[out, in]`. The data are
 * copies, which do not change as the model trains.
 *
 * The trap: whether the numbers mean the same there is also a matter of the input. Images are `[N, height, width,
 * channels]` in TensorFlow.js and `[N, channels, height, width]` in PyTorch, and flatten to another order.
 *
 * @returns by path; `encodeSafetensors` of `@trainkit/safetensors` makes a file of it, which `load_file` of Python's
 *   safetensors reads for `model.load_state_dict`
 * @throws TypeError for anything but a Module, and for a variable that PyTorch has no dtype for
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
 * Loads a state dict of PyTorch's into a module: `decodeSafetensors(bytes).tensors` of `@trainkit/safetensors`.
 *
 * The reverse of {@link pytorchStateDict}, and as hard as `loadStateDict`: one error names every missing, unexpected and
 * misshapen entry, and nothing has been loaded. Numbers become the dtype of the variable, as in PyTorch: F64 and large
 * integers are rounded to float32; a number that the dtype cannot hold is an error. The caller keeps `state`.
 *
 * As in Python, a state may lack `num_batches_tracked`, and a tied weight may be there under one of its names, as
 * safetensors' `save_model` writes it. Names of another model go through `rename`, which also leaves entries out:
 *
 * - from `DataParallel`: `{ rename: (name) => name.replace(/^module\./, '') }`
 * - with another head: `{ strict: false, rename: (name) => (name.startsWith('head.') ? null : name) }`
 * - both: rename first, then `return path.startsWith('head.') ? null : path`
 *
 * A training script's checkpoint, `{ state_dict, epoch }`, has the state within it: pass `checkpoint.state_dict`. A state
 * of which nothing would be loaded is an error, with `strict: false` too.
 *
 * The trap: a square weight of PyTorch's, made a tensor, fits `loadStateDict` too, which would not transpose it.
 *
 * @param state by path, in PyTorch's layout
 * @returns the names that were missing and unexpected (with `strict`, none: it throws instead)
 * @throws Error where the state does not fit; TypeError for arguments of the wrong type
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
  const loader = { caller: 'loadPyTorchStateDict', misfit, read, isOptional };
  return loadVariables(loader, module.constructor.name, variables, state, checked);
}

/** As PyTorch: files from before 0.4.1 have no counts, and a model keeps its own then. */
function isOptional(path: string, { dtype, rank }: Variable): boolean {
  return /(^|\.)num_batches_tracked$/.test(path) && dtype === 'int32' && rank === 0;
}

/** What each dtype of TensorFlow.js is in PyTorch. */
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

function misfit(path: string, variable: Variable, value: PyTorchTensor): string | null {
  if (variable.isDisposed) return disposedVariable(path);
  const fault = faultOf(path, value);
  if (fault !== null) return fault;
  const expected = pytorchShape(variable).join(', ');
  const received = value.shape.join(', ');
  // As in Python: a scalar may be there as one number, as files from before PyTorch 0.4 have it.
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

/** The numbers of `x` with its dimensions in another order; not always an array of their own. */
function reordered(x: Tensor, axes: readonly number[]): Float32Array | Int32Array | Uint8Array {
  if (isInOrder(axes)) return x.dataSync();
  const there = transpose(x, [...axes]);
  try {
    // Not in a `tidy`: it looks for tensors among the numbers that it returns, one by one, 0.1 s for 400,000.
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

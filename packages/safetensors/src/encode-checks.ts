import { expected, isPlain, show } from '@trainkit/checks';
import { SafetensorsError } from './error.js';
import { DTYPES, formatOf, isDtype } from './formats.js';
import { isMalformed, METADATA } from './header.js';
import { countElements } from './shape.js';
import type { SafeTensor } from './tensor.js';

/** Throws unless `value` is a plain object whose own entries are all of its entries. */
export function checkPlain(argument: string, value: unknown, contents: string): void {
  // An object literal { __proto__: tensor } has lost that tensor.
  if (isPlain(value) && !isOptimizerLike(value)) return;
  const hint = insteadOfPlain(argument, value);
  throw new TypeError(expected('encodeSafetensors', argument, value, `a plain object of ${contents}`, hint));
}

/** True for an optimizer or its state, whose tensors are nested deeper than in a file. */
function isOptimizerLike(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return 'paramGroups' in value && Array.isArray(value.paramGroups);
}

/** True for the tensors that an optimizer keeps for one variable. */
function isParameterState(value: unknown): boolean {
  return isPlain(value) && Object.values<unknown>(value).some(isTensor);
}

const SAVE_STATE =
  'Write await saveState(path, { model, optimizer }), of @trainkit/trainer/node, for what an optimizer keeps.';

const FROM_MODULE = 'Write encodeSafetensors(pytorchStateDict(model)), of @trainkit/nn';

function insteadOfPlain(argument: string, value: unknown): string {
  if (value instanceof Map) return 'Write Object.fromEntries(map).';
  if (value instanceof Promise) return 'Write await before it.';
  if (isOptimizerLike(value)) return SAVE_STATE;
  const isOwner =
    typeof value === 'function' || (typeof value === 'object' && value !== null && 'stateDict' in value);
  return argument === 'tensors' && isOwner ? `${FROM_MODULE}.` : '';
}

/** The advice for a value that is not `{ dtype, shape, data }`; empty if none is known. */
function insteadOfTensor(value: unknown): string {
  if (isTensor(value)) {
    const data = "{ dtype: 'F32', shape: tensor.shape, data: Float32Array.from(tensor.dataSync()) }";
    return `${FROM_MODULE}, for a module, or ${data}.`;
  }
  if (ArrayBuffer.isView(value) || Array.isArray(value))
    return "Write { dtype: 'F32', shape: [length], data }.";
  return isParameterState(value) ? SAVE_STATE : '';
}

/** True for a tensor or a variable of TensorFlow.js, which this package does not depend on. */
function isTensor(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'dataId' in value && 'dataSync' in value;
}

/** Throws unless all metadata are strings that UTF-8 can encode. */
export function checkMetadata(metadata: Readonly<Record<string, string>>): void {
  for (const [key, text] of Object.entries<unknown>(metadata)) {
    if (typeof text !== 'string') {
      throw new SafetensorsError(
        expected(
          'encodeSafetensors',
          `metadata[${show(key)}]`,
          text,
          'a string',
          'Write String(value), or JSON.stringify(value) for objects.',
        ),
      );
    }
    if (isMalformed(key) || isMalformed(text)) {
      throw new SafetensorsError(`encodeSafetensors: metadata[${show(key)}] has ${HALF_A_CHARACTER}`);
    }
  }
}

/** Throws unless `tensor` can be written under `name` and read back unchanged. */
export function checkTensor(name: string, tensor: SafeTensor): void {
  const of = `the tensor ${show(name)}`;
  const where = `encodeSafetensors: ${of}`;
  if (name === METADATA) {
    throw new SafetensorsError(
      `${where} has the name that the format keeps for the metadata. Use another name.`,
    );
  }
  if (isMalformed(name)) throw new SafetensorsError(`${where} has ${HALF_A_CHARACTER}`);
  if (typeof tensor !== 'object' || tensor === null || insteadOfTensor(tensor) !== '') {
    const instead = insteadOfTensor(tensor);
    throw new SafetensorsError(expected('encodeSafetensors', of, tensor, '{ dtype, shape, data }', instead));
  }
  const { dtype, shape, data } = tensor;
  if (!isDtype(dtype)) {
    throw new SafetensorsError(
      `${where} has the dtype ${show(dtype)}; expected one of ${DTYPES.join(', ')}.`,
    );
  }
  const { array } = formatOf(dtype);
  if (!ArrayBuffer.isView(data) || data[Symbol.toStringTag] !== array) {
    throw new SafetensorsError(expected(where, 'data', data, `a ${array}, which holds the dtype ${dtype}`));
  }
  const count = countElements(shape);
  if (count === null) {
    throw new SafetensorsError(
      expected(where, 'shape', shape, 'a list of whole numbers from 0 on, [] for a scalar'),
    );
  }
  if (count !== data.length) {
    throw new SafetensorsError(
      `${where} has ${data.length} elements; expected ${count}, as its shape ${show(shape)} holds.`,
    );
  }
  if (dtype === 'BOOL') {
    const wrong = data.findIndex((value) => Number(value) > 1);
    if (wrong >= 0)
      throw new SafetensorsError(expected(where, `element ${wrong}`, data[wrong], '0 or 1 for BOOL'));
  }
}

const HALF_A_CHARACTER =
  'half a character (a lone surrogate), which UTF-8 cannot write. Write whole characters.';

import { SafetensorsError } from './error.js';
import { DTYPES, formatOf, isDtype } from './formats.js';
import { isMalformed, METADATA } from './header.js';
import { countElements } from './shape.js';
import { show } from './show.js';
import type { SafeTensor } from './tensor.js';

/** Throws unless `value` is an object whose own entries are all there is to it. */
export function checkPlain(argument: string, value: unknown, expected: string): void {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    const prototype: object | null = Object.getPrototypeOf(value);
    // That of another realm counts too. An object made of { __proto__: tensor } has lost that tensor.
    if (prototype === null || Object.hasOwn(prototype, 'hasOwnProperty')) return;
  }
  const hint = value instanceof Map ? ' Write Object.fromEntries(map).' : '';
  throw new TypeError(
    `encodeSafetensors: ${argument} is a plain object, ${expected}; received ${show(value)}.${hint}`,
  );
}

/** Throws unless all metadata are strings that UTF-8 can write. */
export function checkMetadata(metadata: Readonly<Record<string, string>>): void {
  for (const [key, text] of Object.entries<unknown>(metadata)) {
    if (typeof text !== 'string') {
      throw new SafetensorsError(
        `encodeSafetensors: metadata are strings; received ${show(text)} under ${show(key)}. Write String(value), or ` +
          'JSON.stringify(value) for what has parts.',
      );
    }
    if (isMalformed(key) || isMalformed(text)) {
      throw new SafetensorsError(
        `encodeSafetensors: the metadata under ${show(key)} have ${HALF_A_CHARACTER}`,
      );
    }
  }
}

/** Throws unless `tensor` can be written under `name` and read again as it is. */
export function checkTensor(name: string, tensor: SafeTensor): void {
  const of = `encodeSafetensors: the tensor ${show(name)}`;
  if (name === METADATA) {
    throw new SafetensorsError(
      `${of} has the name that the format keeps for the metadata. Name it otherwise.`,
    );
  }
  if (isMalformed(name)) throw new SafetensorsError(`${of} has ${HALF_A_CHARACTER}`);
  if (typeof tensor !== 'object' || tensor === null) {
    throw new SafetensorsError(`${of} is { dtype, shape, data }; received ${show(tensor)}.`);
  }
  const { dtype, shape, data } = tensor;
  if (!isDtype(dtype)) {
    throw new SafetensorsError(
      `${of} has the dtype ${show(dtype)}; those that can be written are ${DTYPES.join(', ')}.`,
    );
  }
  const { array } = formatOf(dtype);
  const received = ArrayBuffer.isView(data) ? data[Symbol.toStringTag] : show(data);
  if (received !== array) {
    throw new SafetensorsError(
      `${of} has the dtype ${dtype}, whose data is a ${array}; received ${received}.`,
    );
  }
  const count = countElements(shape);
  if (count === null) {
    throw new SafetensorsError(
      `${of} has the shape ${show(shape)}; it must be a list of whole numbers from 0 on, [] for a scalar.`,
    );
  }
  if (count !== data.length) {
    throw new SafetensorsError(
      `${of} has the shape ${show(shape)}, which holds ${count} elements; its data has ${data.length}.`,
    );
  }
  if (dtype === 'BOOL') {
    const wrong = data.findIndex((value) => Number(value) > 1);
    if (wrong >= 0)
      throw new SafetensorsError(`${of} is BOOL, which is 0 or 1; element ${wrong} is ${data[wrong]}.`);
  }
}

const HALF_A_CHARACTER =
  'half a character (a lone surrogate), which UTF-8 cannot write. Write whole characters.';

import { Tensor, tidy, Variable } from '@tensorflow/tfjs-core';
import { expected, isPlain, showShape } from '@trainkit/checks';

/**
 * Arrays and plain objects of tensors, as a step takes and returns them, with numbers in the
 * tensors' places.
 */
export type Structure =
  | { kind: 'tensor'; index: number }
  | { kind: 'value'; value: unknown }
  | { kind: 'array'; elements: Structure[] }
  | { kind: 'object'; entries: [key: string, value: Structure][] };

/**
 * The tensors of a value in order, each once, and how they were put together; where a part holds
 * itself it is a value.
 */
export function flatten(value: unknown): { structure: Structure; tensors: Tensor[] } {
  const tensors: Tensor[] = [];
  const walk = (part: unknown, around: readonly unknown[]): Structure => {
    if (part instanceof Tensor) {
      const known = tensors.indexOf(part);
      return { kind: 'tensor', index: known === -1 ? tensors.push(part) - 1 : known };
    }
    if (around.includes(part)) return { kind: 'value', value: part };
    const within = [...around, part];
    if (Array.isArray(part)) return { kind: 'array', elements: part.map((element) => walk(element, within)) };
    if (isPlain(part)) {
      const entries = Object.entries<unknown>(part);
      return { kind: 'object', entries: entries.map(([key, inner]) => [key, walk(inner, within)]) };
    }
    return { kind: 'value', value: part };
  };
  const structure = walk(value, []);
  return { structure, tensors };
}

/** The value again, with these tensors. */
export function unflatten(structure: Structure, tensors: readonly Tensor[]): unknown {
  switch (structure.kind) {
    case 'tensor':
      return tensors[structure.index];
    case 'value':
      return structure.value;
    case 'array':
      return structure.elements.map((element) => unflatten(element, tensors));
    case 'object':
      return Object.fromEntries(structure.entries.map(([key, value]) => [key, unflatten(value, tensors)]));
  }
}

/**
 * Runs `step` in a tidy that spares the tensors of what it returns, in objects of any kind, arrays,
 * Maps and Sets.
 */
export function tidied<T>(step: () => T): T {
  const returned: T[] = [];
  tidy(() => {
    const value = step();
    if (value instanceof Promise) {
      throw new TypeError(
        expected(
          'capture',
          'the result of the step',
          value,
          'no promise',
          'Await before or after the step, not in it.',
        ),
      );
    }
    checkAlive(value);
    returned.push(value);
    return tensorsIn(value);
  });
  return returned[0]!;
}

/** Throws for a disposed tensor; in the tidy, so that the others that the step made are freed. */
function checkAlive(value: unknown): void {
  const disposed = flatten(value).tensors.find(({ isDisposed }) => isDisposed);
  if (disposed === undefined) return;
  throw new Error(
    `capture: the step returns a disposed tensor, ${disposed.dtype} of shape ${showShape(disposed.shape)}; expected one ` +
      'that is alive. Dispose of it after the call, or return a clone that was made before.',
  );
}

/** Those that {@link flatten} does not see too: in an instance of a class, in a Map or a Set. */
function tensorsIn(value: unknown, seen = new Set<unknown>()): Tensor[] {
  if (value instanceof Tensor) return [value];
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value) || seen.has(value)) return [];
  seen.add(value);
  const parts: unknown[] =
    value instanceof Map || value instanceof Set ? [...value.values()] : Object.values(value);
  return parts.flatMap((part) => tensorsIn(part, seen));
}

/** The values that are neither tensors nor containers. */
export function values(structure: Structure): unknown[] {
  switch (structure.kind) {
    case 'tensor':
      return [];
    case 'value':
      return [structure.value];
    case 'array':
      return structure.elements.flatMap(values);
    case 'object':
      return structure.entries.flatMap(([, value]) => values(value));
  }
}

/**
 * The key that tells arguments apart: their structure, dtypes, shapes, and the values of what is no
 * tensor; a variable is itself, since the step may change it. Null where there is something that
 * cannot be compared: a function, an instance of a class.
 */
export function keyOf({ structure, tensors }: ReturnType<typeof flatten>): string | null {
  if (!values(structure).every(isComparable)) return null;
  const kinds = tensors.map((tensor) =>
    tensor instanceof Variable ? `variable ${tensor.id}` : `${tensor.dtype}[${tensor.shape.join()}]`,
  );
  return `${kinds.join()} ${text(structure)}`;
}

function text(structure: Structure): string {
  switch (structure.kind) {
    case 'tensor':
      return `${structure.index}`;
    case 'value':
      return valueText(structure.value);
    case 'array':
      return `[${structure.elements.map(text).join()}]`;
    case 'object':
      return `{${structure.entries.map(([key, value]) => `${JSON.stringify(key)}:${text(value)}`).join()}}`;
  }
}

function valueText(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value);
  return `${typeof value} ${Object.is(value, -0) ? '-0' : String(value)}`;
}

function isComparable(value: unknown): boolean {
  return value === null || ['string', 'number', 'bigint', 'boolean', 'undefined'].includes(typeof value);
}

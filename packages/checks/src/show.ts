/**
 * The largest number of shown elements and levels of a list, since the value may be a whole data
 * set.
 */
const ELEMENTS = 10;
const DEPTH = 2;

/** The largest number of shown characters of a string. */
const CHARACTERS = 100;

/**
 * The text of a value in an error message, in which `"3"`, `3` and `3n` differ.
 *
 * - Strings are in double quotes, truncated after 100 characters, with control characters escaped.
 * - A tensor is `a float32 tensor of shape [2, 3]`, a variable
 *   `a float32 variable of shape [2, 3]`.
 * - Arrays show their first ten elements and two levels.
 * - Other objects show their class: `[object Map]`. No code of the value runs, since
 *   `String(tensor)` would read a tensor's data.
 *
 * @example
 * ```ts
 * import { show } from '@trainkit/checks';
 *
 * console.log(show('3'), show(3n), show([2, '3']), show(new Map())); // → "3" 3n [2, "3"] [object Map]
 * ```
 */
export function show(value: unknown): string {
  return shown(value, DEPTH);
}

/**
 * The text of an error: the received value, the expectation and the advice.
 *
 * @param where the name of the called function or class, the first word of the message
 * @param name the name of the argument or option
 * @param value the received value
 * @param expectation a noun phrase, such as `'a finite number of at least 0'`
 * @param instead the advice, a sentence with its full stop
 *
 * @example
 * ```ts
 * import { expected } from '@trainkit/checks';
 *
 * console.log(expected('clip', 'max', -1, 'a positive number', 'Write clip(x, { max: 1 }).'));
 * // → clip: max is -1; expected a positive number. Write clip(x, { max: 1 }).
 * ```
 */
export function expected(
  where: string,
  name: string,
  value: unknown,
  expectation: string,
  instead = '',
): string {
  return `${where}: ${name} is ${show(value)}; expected ${expectation}.${instead === '' ? '' : ` ${instead}`}`;
}

function shown(value: unknown, depth: number): string {
  switch (typeof value) {
    case 'string':
      return value.length > CHARACTERS
        ? `${printable(JSON.stringify(value.slice(0, CHARACTERS)))} and ${value.length - CHARACTERS} more characters`
        : printable(JSON.stringify(value));
    case 'bigint':
      return `${value}n`;
    case 'function':
      return isClass(value) ? `the class ${value.name}` : `the function ${value.name || '(anonymous)'}`;
    case 'object':
      return value === null ? 'null' : object(value, depth);
    case 'number':
      return Object.is(value, -0) ? '-0' : String(value);
    default:
      return String(value);
  }
}

function object(value: object, depth: number): string {
  if (Array.isArray(value)) return list(value, depth);
  if (isTensorLike(value)) {
    const kind = 'assign' in value ? 'variable' : 'tensor';
    const article = /^[aeiou]/.test(value.dtype) ? 'an' : 'a';
    return `${article} ${value.dtype} ${kind} of shape [${value.shape.join(', ')}]`;
  }
  if (ArrayBuffer.isView(value) && 'length' in value)
    return `a ${className(value)} of ${String(value.length)} elements`;
  return `[object ${className(value)}]`;
}

function list(values: readonly unknown[], depth: number): string {
  if (depth === 0) return values.length === 0 ? '[]' : '[…]';
  const first = values.slice(0, ELEMENTS).map((value) => shown(value, depth - 1));
  const more = values.length > ELEMENTS ? [`… ${values.length - ELEMENTS} more`] : [];
  return `[${[...first, ...more].join(', ')}]`;
}

/**
 * True for a tensor of any copy of TensorFlow.js, by the three properties that its own `instanceof`
 * checks.
 */
function isTensorLike(value: object): value is { shape: readonly number[]; dtype: string } {
  return (
    'dataId' in value &&
    'shape' in value &&
    Array.isArray(value.shape) &&
    'dtype' in value &&
    typeof value.dtype === 'string'
  );
}

function isClass(value: object): boolean {
  return /^class\b/.test(Function.prototype.toString.call(value));
}

function className(value: object): string {
  const { constructor: made }: { constructor?: unknown } = value;
  return typeof made === 'function' && made.name !== '' ? made.name : 'Object';
}

/**
 * Escapes untrusted text for a terminal: control characters and marks that change the direction of
 * text are shown in the form `\u001b`. Line breaks and tabs stay.
 *
 * File names, configs and the errors of `JSON.parse`, which quote the file, may contain sequences
 * that clear the screen, set the window's title or hide text.
 *
 * @example
 * ```ts
 * import { printable } from '@trainkit/checks';
 *
 * console.log(printable('run-\u001b[2J')); // → run-\u001b[2J
 * ```
 */
export function printable(text: string): string {
  return text.replace(NOT_PRINTABLE, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

// Terminals also interpret the controls from U+007F to U+009F; U+202A to U+202E and U+2066 to
// U+2069 reorder text.
const NOT_PRINTABLE = /(?!\r?\n|\t)[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu;

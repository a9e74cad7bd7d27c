/**
 * The error for data that are not a safetensors file, or cannot become one.
 *
 * Its message says what was received, what was expected and what to do. An argument of a wrong
 * type, such as a path instead of bytes, is a `TypeError`.
 */
export class SafetensorsError extends Error {
  override readonly name = 'SafetensorsError';
}

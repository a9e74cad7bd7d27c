/**
 * What was given is not a safetensors file, or cannot become one.
 *
 * Its message says what came, what was expected and what to do. An argument of the wrong type altogether, such as a
 * path for bytes, is a `TypeError` instead.
 */
export class SafetensorsError extends Error {
  override readonly name = 'SafetensorsError';
}

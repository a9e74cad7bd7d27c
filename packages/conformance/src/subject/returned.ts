/** What something returned instead of a tensor, as the end of a sentence. */
export function returned(value: unknown): string {
  if (value === undefined) return 'it returned undefined. Is there a return?';
  if (value instanceof Promise) {
    // Nobody waits for it, and a rejection would end the program.
    value.catch(() => undefined);
    return 'it returned a Promise. Write it without async and await.';
  }
  if (value === null) return 'it returned null.';
  return `it returned ${Array.isArray(value) ? 'an array' : typeof value}.`;
}

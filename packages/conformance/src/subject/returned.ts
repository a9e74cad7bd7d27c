import { show } from '@trainkit/checks';

/** The message for a value that was returned instead of `wanted`. */
export function wrongReturn(name: string, value: unknown, wanted: string): string {
  const message = `${name} returned ${show(value)}; expected ${wanted}.`;
  if (value === undefined) return `${message} Is there a return?`;
  if (!(value instanceof Promise)) return message;
  // The checks do not await a promise, and its unhandled rejection would end the program.
  value.catch(() => undefined);
  return `${message} Write it without async and await.`;
}

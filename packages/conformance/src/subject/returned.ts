import { show } from '@trainkit/checks';

/** The message for what something returned instead of `wanted`. */
export function wrongReturn(name: string, value: unknown, wanted: string): string {
  const message = `${name} returned ${show(value)}; expected ${wanted}.`;
  if (value === undefined) return `${message} Is there a return?`;
  if (!(value instanceof Promise)) return message;
  // Nobody waits for it, and a rejection would end the program.
  value.catch(() => undefined);
  return `${message} Write it without async and await.`;
}

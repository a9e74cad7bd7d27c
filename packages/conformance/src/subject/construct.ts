/** Calls a class with `new`, anything else plainly. */
export function construct(maker: unknown, args: readonly unknown[]): unknown {
  if (typeof maker !== 'function')
    throw new TypeError(`expected a class or a factory function; received ${typeof maker}`);
  return isClass(maker) ? Reflect.construct(maker, args) : Reflect.apply(maker, undefined, args);
}

/**
 * Whether a function has to be called with `new`. An arrow function has no prototype; an ordinary function with
 * methods on its prototype is a class of the old kind.
 */
function isClass(maker: object): boolean {
  const prototype: unknown = Reflect.get(maker, 'prototype');
  if (typeof prototype !== 'object' || prototype === null) return false;
  if (Function.prototype.toString.call(maker).startsWith('class')) return true;
  return Reflect.ownKeys(prototype).length > 1 || Object.getPrototypeOf(prototype) !== Object.prototype;
}

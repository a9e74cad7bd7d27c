import { show } from '@trainkit/checks';

/**
 * Makes an object with a class or a factory function.
 *
 * Anything that can be called with `new` is called so; a factory's own result replaces the new
 * object. Arrow functions and methods have no constructor and are called directly.
 */
export function construct(maker: unknown, args: readonly unknown[]): unknown {
  if (typeof maker !== 'function') {
    throw new TypeError(`the subject is ${show(maker)}; expected a class or a factory function.`);
  }
  const prototype: unknown = Reflect.get(maker, 'prototype');
  return typeof prototype === 'object' && prototype !== null
    ? Reflect.construct(maker, args)
    : Reflect.apply(maker, undefined, args);
}

import { show } from '@trainkit/checks';

/**
 * What a class or a factory function makes.
 *
 * Whatever can be called with `new` is: a factory's own result takes the place of the new object. Arrow functions and
 * methods cannot, and are called.
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

import { expect, test } from 'vitest';
import { refusingUndefined } from './optional.js';

test.each([
  [
    'a property',
    'export interface A {\n    a?: number;\n    readonly b?: 1 | undefined;\n    c: 1;\n}',
    ['a'],
  ],
  [
    'a function',
    'export interface A {\n    a?: (x?: 1) => 1 | undefined;\n    b?: (() => 1) | undefined;\n}',
    ['a'],
  ],
  ['a method', 'export interface A {\n    a?(x: 1): 1 | undefined;\n    b?<T>(x: T): T;\n}', ['a', 'b']],
  [
    'a nested property',
    'export interface A {\n    a?: unknown;\n    b?: {\n        c?: 1;\n    } | undefined;\n}',
    ['c'],
  ],
  [
    'a type in angles, a quoted name',
    'export type A = {\n    a?: M<1 | undefined>;\n    "b-c"?: 1;\n};',
    ['a', 'b-c'],
  ],
  [
    'inline options',
    'export declare function f({ a }?: {\n    a?: 1;\n    b?: 1 | undefined;\n}, c?: 1): T;',
    ['a'],
  ],
  ['no parameter', 'export declare class A {\n    f(x?: 1, y?: (z?: 1) => 2): void;\n    x?: 1;\n}', ['x']],
  [
    'no comment, no condition',
    'export type A = B extends C ? D : {\n    /** Is it a?: yes. */\n    a: 1;\n};',
    [],
  ],
  ['mapped properties', 'export type M = {\n    [K in T]-?: 1;\n} & {\n    [K in T]?: 1;\n};', ['[…]']],
  ['nothing in the type of a function', 'export type F = (a?: 1, b?: 2) => 3;', []],
])('finds %s', (_, text, properties) => {
  expect(refusingUndefined(text)).toEqual(properties);
});
